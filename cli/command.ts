import type { ExitCode } from "../config/user-error.ts";

/** An option of a command; the table is also what --help prints. */
export interface Option {
  readonly type: "boolean" | "string";
  /** May be given several times; the value is then a list. */
  readonly multiple?: boolean;
  /** Name of the value in the help text, such as FOLDER|URL. */
  readonly value?: string;
  readonly help: string;
}

/** Everything a command may know of the outside; it asks for nothing else. */
export interface CommandContext {
  /** The checkout: all paths are relative to it, whatever the working directory. */
  readonly root: string;
  readonly options: Readonly<Record<string, boolean | string | readonly string[] | undefined>>;
  /** What stands on the command line beside the options, for a command that takes it. */
  readonly operand?: string;
  /** Results. */
  readonly stdout: (text: string) => void;
  /** Progress, notices and errors. */
  readonly stderr: (text: string) => void;
  /** Whether a person watches: colour and progress are for them. */
  readonly isTerminal: boolean;
  /** Aborted by Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
  /** Environment variables, for the programs that a command starts. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** One command is one file in cli/commands/, named like it. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly options: Readonly<Record<string, Option>>;
  /** A word beside the options that the command takes; without this it takes none. */
  readonly operand?: { readonly value: string; readonly help: string };
  readonly run: (context: CommandContext) => Promise<ExitCode>;
}
