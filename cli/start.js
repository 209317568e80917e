// Plain JavaScript, because for an entry in TypeScript Node loads its type stripper before the cache can be switched on.
// Stripping and compiling are most of a synthesis; kept beside the packages, they are paid once.
import { enableCompileCache } from "node:module";
import { join } from "node:path";

enableCompileCache(join(import.meta.dirname, "..", "node_modules", ".cache", "node-compile-cache"));
await import("../main.ts");
