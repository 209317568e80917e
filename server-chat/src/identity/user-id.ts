import { randomBytes } from "node:crypto";

/** 96 random bits: nobody meets or guesses another user's id. */
export const createUserId = (): string => randomBytes(12).toString("base64url");
