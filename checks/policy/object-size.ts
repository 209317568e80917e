import { fieldsOf } from "../kinds.ts";
import { defineRule } from "../rule.ts";

const limitBytes = 2 ** 20;

export default defineRule({
  id: "object-size",
  severity: "error",
  why: "The API server refuses a ConfigMap with more than 1 MiB of data.",
  fix: "Split it, or bring the files along in an image.",
  check: function* (tree) {
    for (const manifest of tree.ofKind("ConfigMap")) {
      const bytes = Buffer.byteLength(Object.values(fieldsOf(manifest, "ConfigMap").data ?? {}).join(""));
      if (bytes > limitBytes) yield { manifest, field: "data", found: `${bytes} bytes of data` };
    }
  },
});
