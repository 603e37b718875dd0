import type { TSchema } from 'typebox';

/** What `/api/openapi.json` says of a route beside its schemas. */
interface Description {
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly organiser?: true;
}

/** The documented part of a route's schema. `answers` are by status; that every route can answer with an error is added for all at once. */
export function describe<const Answers extends Readonly<Record<number, TSchema>>>(
  { tag, summary, description, organiser }: Description,
  answers: Answers,
) {
  return {
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(organiser ? { security: [{ organiser: [] }] } : {}),
    response: answers,
  };
}
