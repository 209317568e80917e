import type { User } from "../protocol/frames.ts";
import { nameHeldMs } from "../protocol/limits.ts";
import { foldName } from "../protocol/text.ts";
import type { Leases } from "../store/store.ts";
import type { Names } from "./identity.ts";

/** Claims in one command: a node renews thousands of names and must leave room for messages between them. */
const atOnce = 50;

/** A name belongs to the first who claims it, together with every spelling that only differs in case, width or blanks. */
export function createNames(leases: Leases): Names {
  const group = (user: User) => `name:${foldName(user.name)}`;
  const claim = async (user: User) => (await leases.claim(group(user), user.id, "", nameHeldMs)).holder === user.id;
  return {
    claim,
    async renew(users) {
      const waiting = [...users];
      const lost: User[] = [];
      while (waiting.length > 0) {
        const batch = waiting.splice(-atOnce);
        const claims = batch.map((user) => ({ user, group: group(user), holder: user.id }));
        const refused = new Set(await leases.claimAll(claims, nameHeldMs));
        lost.push(...claims.filter((one) => refused.has(one)).map(({ user }) => user));
      }
      return lost;
    },
    async release(user) {
      try {
        await leases.remove(group(user), user.id);
      } catch {
        // The claim ends by itself.
      }
    },
  };
}
