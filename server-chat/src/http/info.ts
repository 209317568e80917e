import { rest } from "../protocol/rest.ts";
import { endpoint } from "./endpoint.ts";

export const info = endpoint(rest.info, async (_call, { settings: { server, node } }) => {
  const { id, version, commit, colour } = server;
  return { version, commit, colour, replica: id, node };
});
