import type { StoryCondition, StoryEvent, StoryPlan } from '../../story-plan.ts';

/**
 * Checks that no event waits, by way of others, for itself: what can start is worked out from what needs nothing to have started
 * before, until nothing more is added.
 * @throws RangeError that names the events which wait for one another.
 */
export function checkStarts(stories: readonly StoryPlan[]): void {
  const can = new Set<string>();
  const waiting = stories.flatMap((story) => story.events.map((event) => ({ story, event })));
  for (let before = -1; before !== can.size;) {
    before = can.size;
    for (const { story, event } of waiting) {
      if (groups(event).some((group) => group.every((condition) => met(condition, story, can)))) {
        can.add(key(story.name, event.name));
      }
    }
  }
  const never = waiting.filter(({ story, event }) => !can.has(key(story.name, event.name)));
  const first = never[0];
  if (!first) return;
  const names = never.map(({ story, event }) => `${story.name}, event ${event.name}`).join('; ');
  throw new RangeError(
    `plan, story ${first.story.name}, event ${first.event.name}: expected an event that can start, but these wait for one another: ` +
      names,
  );
}

function groups(event: StoryEvent): readonly (readonly StoryCondition[])[] {
  return [event.when, ...(event.orWhen ?? [])];
}

function met(condition: StoryCondition, story: StoryPlan, can: ReadonlySet<string>): boolean {
  return condition.kind !== 'storyboard-element-state' || can.has(key(condition.story ?? story.name, condition.event));
}

function key(story: string, event: string): string {
  return `${story}\n${event}`;
}
