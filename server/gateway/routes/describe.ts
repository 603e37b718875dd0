import { ErrorBody } from '@gauntlet/agents-sdk/protocol';
import type { TSchema } from 'typebox';

/** What `/api/openapi.json` says of a route beside its schemas. */
interface Description {
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly organiser?: true;
}

/** The documented part of a route's schema. `Answers` are by status; every route can also answer with an error. */
export function describe<const Answers extends Readonly<Record<number, TSchema>>>(
  { tag, summary, description, organiser }: Description,
  answers: Answers,
) {
  return {
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(organiser ? { security: [{ organiser: [] }] } : {}),
    response: { ...answers, '4xx': ErrorBody, '5xx': ErrorBody },
  };
}
