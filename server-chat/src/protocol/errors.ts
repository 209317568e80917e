/**
 * Every code of an `error` frame and of a REST error, with the client's duty:
 * - `retry`: send the same again with the same id, not before `retryAfterMs`;
 * - `fix`: the same request can never succeed, change it;
 * - `stop`: do not go on, a person must act.
 */
export interface ErrorCode {
  readonly duty: "retry" | "fix" | "stop";
  /** The HTTP status of the same error by REST. */
  readonly status: number;
  readonly message: string;
}

const define = <const T extends Record<string, ErrorCode>>(codes: T): T => codes;

export const errorCodes = define({
  bad_json: { duty: "fix", status: 400, message: "The frame is not one JSON object." },
  bad_request: { duty: "fix", status: 400, message: "A field is missing, unknown or out of its bounds." },
  bad_text: { duty: "fix", status: 400, message: "The text is empty, too long or holds control characters." },
  bad_room: { duty: "fix", status: 400, message: "A room's name is 1 to 64 of a-z, 0-9, dot, dash and underscore." },
  bad_name: { duty: "fix", status: 400, message: "A name is 1 to 32 visible characters." },
  too_big: { duty: "fix", status: 413, message: "The request is larger than allowed." },
  not_found: { duty: "fix", status: 404, message: "There is no such thing here." },
  method_not_allowed: { duty: "fix", status: 405, message: "This path does not know that method." },
  unsupported_media_type: { duty: "fix", status: 415, message: "The body must be application/json in UTF-8." },
  not_joined: { duty: "fix", status: 409, message: "Join the room first." },
  too_many_rooms: { duty: "fix", status: 409, message: "This connection is in as many rooms as allowed; leave one." },
  hello_first: { duty: "fix", status: 401, message: "The first frame is hello with a token." },
  hello_twice: { duty: "fix", status: 400, message: "This connection has said hello already." },
  unauthorized: { duty: "stop", status: 401, message: "The token is missing, not ours, or expired." },
  forbidden: { duty: "stop", status: 403, message: "This needs a right that the token does not carry." },
  bad_origin: { duty: "stop", status: 403, message: "This page may not talk to this server." },
  name_taken: { duty: "fix", status: 409, message: "Somebody with this name is present; take another." },
  banned: { duty: "stop", status: 403, message: "This user or address is banned." },
  rate_limited: { duty: "retry", status: 429, message: "Too much at once." },
  unavailable: { duty: "retry", status: 503, message: "Nothing was stored: the store cannot take it now." },
  unknown_outcome: { duty: "retry", status: 503, message: "It may or may not be stored: the same id tells." },
  earlier_failed: { duty: "retry", status: 409, message: "An earlier message of yours failed; send that one first." },
  draining: { duty: "retry", status: 503, message: "This node is going away; another one takes it." },
  internal: { duty: "retry", status: 500, message: "The server failed; its log knows why." },
});

export type ErrorName = keyof typeof errorCodes;
