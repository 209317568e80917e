import { rest } from "../protocol/rest.ts";
import { endpoint } from "./endpoint.ts";

export const readPresence = endpoint(rest.readPresence, async ({ params: { room } }, parts) => {
  const { count, members } = await parts.readPresence(room);
  return { room, count, members: [...members] };
});
