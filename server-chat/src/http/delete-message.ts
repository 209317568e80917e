import { rest } from "../protocol/rest.ts";
import { audited } from "./audit.ts";
import { endpoint } from "./endpoint.ts";
import { RequestError } from "./errors.ts";

export const deleteMessage = endpoint(rest.deleteMessage, async ({ params: { room, seq }, caller, log }, { store }) => {
  const page = await store.read(room, { after: seq - 1, limit: 1 });
  const message = page?.messages.find((one) => one.seq === seq);
  if (message === undefined) throw new RequestError("not_found");
  const author = message.user.id;
  if (author !== caller.user.id && caller.role !== "moderator") throw new RequestError("forbidden");
  // False is as good as true: somebody else was faster, or history has moved on, and the text is gone either way.
  const remove = () => store.remove(room, seq);
  if (author === caller.user.id) await remove();
  else await audited({ caller, log }, { act: "delete-message", whom: author, room, seq }, remove);
  return { room, seq };
});
