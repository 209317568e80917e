/** What the shell sees; `--help` and docs/reference/commands.md list them for people. */
export const exitCode = {
  ok: 0,
  findings: 1,
  usage: 2,
  outsideWorld: 3,
  bug: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** How an expected failure ends the command: findings, refused input, or an outside world that failed. */
export type UserErrorCode = typeof exitCode.findings | typeof exitCode.usage | typeof exitCode.outsideWorld;

/**
 * A failure that the person at the keyboard can mend: it says what was found and where (message) and what to do
 * (remedy). Anything else that is thrown is a bug of ours and ends with a stack trace.
 */
export class UserError extends Error {
  readonly remedy: string;
  readonly exitCode: UserErrorCode;

  constructor(message: string, options: { readonly remedy: string; readonly exitCode?: UserErrorCode }) {
    super(message);
    this.name = "UserError";
    this.remedy = options.remedy;
    this.exitCode = options.exitCode ?? exitCode.usage;
  }
}
