/**
 * Every code that the server closes a WebSocket with, and what the client does then. 1000-1015 are RFC 6455's;
 * 4000-4499 mean "connect again", 4500-4999 mean "stop, a person must act".
 */
export interface CloseCode {
  readonly code: number;
  /** Empty where the WebSocket library closes: it sends the code alone. */
  readonly reason: string;
  readonly duty: "reconnect" | "stop";
  readonly why: string;
}

const define = <const T extends Record<string, CloseCode>>(codes: T): T => codes;

export const closeCodes = define({
  normal: { code: 1000, reason: "bye", duty: "stop", why: "The client asked to end." },
  protocolError: {
    code: 1002,
    reason: "",
    duty: "stop",
    why: "Bytes that are no WebSocket frame of a client.",
  },
  badUtf8: { code: 1007, reason: "", duty: "stop", why: "A text frame or a close reason is not UTF-8." },
  fragments: {
    code: 1008,
    reason: "",
    duty: "stop",
    why: "A message in more pieces than the server gathers.",
  },
  tooBig: {
    code: 1009,
    reason: "",
    duty: "stop",
    why: "A frame above the size limit; the same client would send it again.",
  },
  serviceRestart: {
    code: 1012,
    reason: "service restart",
    duty: "reconnect",
    why: "The node is being replaced; another one takes over.",
  },
  helloTimeout: { code: 4001, reason: "no hello", duty: "reconnect", why: "No token within the time for it." },
  dead: { code: 4002, reason: "no heartbeat", duty: "reconnect", why: "A ping was not answered." },
  tokenExpired: {
    code: 4003,
    reason: "token expired",
    duty: "reconnect",
    why: "The token ended while connected; the client takes a new one and returns.",
  },
  overload: { code: 4004, reason: "overload", duty: "reconnect", why: "The node refuses work to stay alive." },
  slow: {
    code: 4008,
    reason: "slow consumer",
    duty: "reconnect",
    why: "More was waiting for this client than the node keeps; it resumes from its last message.",
  },
  badFrame: {
    code: 4500,
    reason: "bad frame",
    duty: "stop",
    why: "Too many frames that the protocol does not know: the client is broken.",
  },
  badToken: { code: 4501, reason: "bad token", duty: "stop", why: "The token is not ours, or is expired." },
  nameTaken: { code: 4502, reason: "name taken", duty: "stop", why: "Somebody else with this name is present." },
  kicked: { code: 4503, reason: "kicked", duty: "stop", why: "A moderator ended the connection." },
  banned: { code: 4504, reason: "banned", duty: "stop", why: "A moderator banned this user or address." },
});

export type CloseName = keyof typeof closeCodes;

/**
 * What a client does after a close, also for codes that are not in the table: 1001, 1006, 1011, 1012, 1013 and
 * 4000-4499 mean that another attempt can succeed.
 */
export function afterClose(code: number): CloseCode["duty"] {
  const known = Object.values(closeCodes).find((one) => one.code === code);
  if (known !== undefined) return known.duty;
  return [1001, 1005, 1006, 1011, 1012, 1013, 1014].includes(code) || (code >= 4000 && code < 4500)
    ? "reconnect"
    : "stop";
}
