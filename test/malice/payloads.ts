import { maxRequestLength } from "../../bump/request.ts";

/** What a file is called that a payload tries to make; no test may ever see it. */
export const trace = "pwned";

const revision = "0123456789abcdef0123456789abcdef01234567";
export const good = {
  tag: `main-${revision}`,
  digest: `sha256:${"a".repeat(64)}`,
  revision,
  runNumber: 7,
} as const;

const text = JSON.stringify(good);
const changed = (changes: Readonly<Record<string, unknown>>) => JSON.stringify({ ...good, ...changes });
/** The same commit in all three places, so that only its form is at fault. */
const commit = (id: string) => changed({ tag: `main-${id}`, revision: id });
const tag = (end: string) => changed({ tag: `${good.tag}${end}` });
/** One key more, spelt in JSON: some of them an object literal cannot hold. */
const extra = (key: string, value: string) => text.replace("{", `{${JSON.stringify(key)}:${value},`);
const without = (key: keyof typeof good) => changed({ [key]: undefined });

const shell: Readonly<Record<string, string>> = {
  "a quote and a command": tag(`"; touch ${trace}; #`),
  "a single quote": tag(`'; touch ${trace}; '`),
  "a command substitution": tag(`$(touch ${trace})`),
  backticks: tag(`\`touch ${trace}\``),
  "a pipe": tag(`|touch ${trace}`),
  "an ampersand": tag(`&touch ${trace}`),
  "two ampersands": tag(`&&touch ${trace}`),
  "a redirection": tag(`>${trace}`),
  "a variable": tag("$IFS"),
  "a brace expansion": tag("$" + "{PATH}"),
  "an expression of GitHub": tag("$" + "{{ secrets.GITHUB_TOKEN }}"),
  "a glob": tag("*"),
  "a sed command": tag(`|e touch ${trace}`),
  "sed's whole match": changed({ tag: "main-&" }),
  "a sed back reference": changed({ tag: "main-\\1" }),
  "a command in the digest": changed({ digest: `${good.digest}$(touch ${trace})` }),
  "a command in the revision": commit(`$(touch ${trace})`),
  "an option instead of a tag": changed({ tag: "--upload-pack=touch" }),
  "an option of git as the revision": commit(`--output=${trace}`),
};

const lines: Readonly<Record<string, string>> = {
  "a line break after the tag": tag("\n"),
  "a line break before the tag": changed({ tag: `\n${good.tag}` }),
  "a command of the runner on a line of its own": tag(`\n::set-output name=x::${trace}`),
  "a runner's command in a key": extra(`x\n::warning::${trace}`, "1"),
  "a carriage return": tag("\r"),
  "a line break in the digest": changed({ digest: `${good.digest}\n` }),
  "a line separator of Unicode": tag("\u2028"),
  "a zero byte": tag("\0"),
  "an escape sequence of a terminal": tag("\u001b[2J"),
  "a space": tag(" "),
  "a tab": tag("\t"),
};

const lookAlikes: Readonly<Record<string, string>> = {
  "a Cyrillic a": changed({ tag: good.tag.replace("a", "\u0430") }),
  "digits of full width": commit(revision.replace("0", "\uff10")),
  "Arabic digits": commit(revision.replace("1", "\u0661")),
  "a zero-width space": tag("\u200b"),
  "text that runs backwards": tag("\u202e"),
  "a hyphen that is none": changed({ tag: good.tag.replace("-", "\u2010") }),
  "a combining accent": tag("\u0301"),
  "half of a surrogate pair": tag("\ud83d"),
  "capital digits": commit(revision.toUpperCase()),
  "a byte order mark": `\ufeff${text}`,
};

const shapes: Readonly<Record<string, string>> = {
  "an array": JSON.stringify([good]),
  "an array of fields": JSON.stringify(Object.values(good)),
  null: "null",
  "a number": "7",
  "a text": JSON.stringify(text),
  true: "true",
  nothing: "",
  "an empty object": "{}",
  "JSON that ends early": text.slice(0, -1),
  "two payloads": text + text,
  YAML: `tag: ${good.tag}\ndigest: ${good.digest}\nrevision: ${revision}\nrunNumber: 7\n`,
  "JSON with a comment": `${text} // nothing`,
  "a tag that is an array": changed({ tag: [good.tag] }),
  "a tag that is an object": changed({ tag: { toString: good.tag } }),
  "a tag that is a number": changed({ tag: 7 }),
  "a digest that is null": changed({ digest: null }),
  "no tag": without("tag"),
  "no digest": without("digest"),
  "no revision": without("revision"),
  "no run number": without("runNumber"),
};

const numbers: Readonly<Record<string, string>> = {
  "a run number that is text": changed({ runNumber: "7" }),
  "run zero": changed({ runNumber: 0 }),
  "run minus one": changed({ runNumber: -1 }),
  "half a run": changed({ runNumber: 7.5 }),
  "run 2^53": changed({ runNumber: 2 ** 53 }),
  "a run beyond every number": text.replace(":7}", ":1e999}"),
  "no number at all": text.replace(":7}", ":NaN}"),
  "a run in hexadecimal": text.replace(":7}", ":0x7}"),
  "a run that is true": changed({ runNumber: true }),
  "a run that is a list": changed({ runNumber: [7] }),
};

const keys: Readonly<Record<string, string>> = {
  "a prototype": extra("__proto__", '{"admin":true}'),
  "a constructor": extra("constructor", '{"prototype":{"admin":true}}'),
  "a rollback": extra("rollback", "true"),
  "a verifier switched off": extra("verify", "false"),
  "another repository": extra("repository", '"ghcr.io/stranger/server-chat"'),
  "another image": extra("image", '"../../.github/workflows/check"'),
  "a key in another case": extra("Tag", JSON.stringify(good.tag)),
  "a key with a space": extra("tag ", JSON.stringify(good.tag)),
  "an empty key": extra("", "1"),
  "its own event": JSON.stringify({ action: "update-chat-app-image", client_payload: good }),
};

const elsewhere: Readonly<Record<string, string>> = {
  "a path upwards": changed({ tag: `main-../../../${trace}` }),
  "a path upwards as the commit": commit("../../../../../../../../etc/shadow0000000"),
  "a tag of another repository": changed({ tag: `ghcr.io/stranger/server-chat:${good.tag}` }),
  "a digest in the tag": tag(`@${good.digest}`),
  "another registry in the digest": changed({ digest: `ghcr.io/stranger/server-chat@${good.digest}` }),
  "another branch": changed({ tag: `dev-${revision}` }),
  "the tag latest": changed({ tag: "latest" }),
  "the tag of no release": changed({ tag: "main-unreleased" }),
  "a short commit": commit("0123abc"),
  "a commit with a digit too many": commit(`${revision}0`),
  "another commit than the tag's": changed({ revision: "f".repeat(40) }),
  "a digest of another kind": changed({ digest: `sha512:${"a".repeat(128)}` }),
  "a digest with a digit too few": changed({ digest: `sha256:${"a".repeat(63)}` }),
  "a digest that is a path": changed({ digest: `sha256:${"../".repeat(21)}a` }),
  "a field of YAML": tag("\nreplicas: 0"),
  "a document of YAML": tag("\n---\nkind: ClusterRoleBinding"),
  "an anchor of YAML": changed({ tag: "&a main-*a" }),
  "a tag of YAML": changed({ tag: "!!js/function main-" }),
};

const sizes: Readonly<Record<string, string>> = {
  "a tag of 1 MB": tag("a".repeat(1_000_000)),
  "1 MB of spaces around a good one": text + " ".repeat(1_000_000),
  "one character too many around a good one": text.padEnd(maxRequestLength + 1),
  "a thousand keys": JSON.stringify(
    Object.fromEntries(Array.from({ length: 1_000 }, (_, number) => [`k${number}`, 1])),
  ),
  "lists thirty thousand deep": "[".repeat(30_000) + "]".repeat(30_000),
};

/** Payloads that must be refused for what they say, by what is wrong with them. */
export const payloads: Readonly<Record<string, string>> = {
  ...shell,
  ...lines,
  ...lookAlikes,
  ...shapes,
  ...numbers,
  ...keys,
  ...elsewhere,
  ...sizes,
};
