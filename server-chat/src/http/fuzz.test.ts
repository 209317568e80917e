import { Agent, request } from "node:http";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { type HttpApp, startHttpApp } from "../../test/http-app.ts";
import { errorCodes } from "../protocol/errors.ts";
import { errorAnswer, errorsOf, type RestRoute, rest } from "../protocol/rest.ts";

const agent = new Agent({ keepAlive: true });

interface Wild {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Not fetch, which tidies paths and headers before it sends them. */
const send = ({ url }: HttpApp, { method, path, headers, body }: Wild) =>
  new Promise<{ status: number; body: string }>((resolve, reject) => {
    const sent = request(`${url}${path}`, { agent, method, path, headers, timeout: 10_000 }, async (response) => {
      let text = "";
      for await (const chunk of response.setEncoding("utf8")) text += chunk;
      resolve({ status: response.statusCode ?? 0, body: text });
    });
    sent.on("error", reject).on("timeout", () => sent.destroy(new Error(`no answer to ${method} ${path}`)));
    sent.end(body);
  });

async function start() {
  onTestFinished(() => agent.destroy());
  const app = await startHttpApp({ settings: { loadDemos: true } });
  const tokens = [(await app.createUser()).token, (await app.createUser("moderator")).token];
  return { app, tokens };
}

const pathPart = fc.oneof(
  fc.constantFrom("lobby", "1", "AAAAAAAAAAAAAAAA", "", ".", "..", "__proto__", "%00", "%", "%ff", "9".repeat(400)),
  fc.string().map(encodeURIComponent),
);
const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("lobby", "AAAAAAAAAAAAAAAA", "x".repeat(2_000)));
const field = fc.oneof(
  text,
  fc.constant("x".repeat(20_000)),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.jsonValue(),
);
const query = fc
  .dictionary(fc.constantFrom("before", "after", "limit", "__proto__", "x[y]"), fc.oneof(fc.nat().map(String), text))
  .map((pairs) => new URLSearchParams(pairs).toString());
const bodyOf = (route: RestRoute) =>
  fc.oneof(
    fc.json(),
    fc.string({ unit: "binary" }),
    fc.constant('{"__proto__":{"name":"x"},"name":"x","user":"AAAAAAAAAAAAAAAA"}'),
    fc
      .dictionary(fc.constantFrom(...Object.keys(route.body?.shape ?? { none: 0 }), "__proto__"), field)
      .map((value) => JSON.stringify(value)),
  );

function wildRequest(route: RestRoute, tokens: readonly string[]): fc.Arbitrary<Wild> {
  const holes = route.path.split("/").filter((part) => part.startsWith(":")).length;
  const authorization = fc.oneof(
    fc.constantFrom(...tokens).map((token) => `Bearer ${token}`),
    fc.constantFrom("", "Bearer", "Bearer ..", "Basic YTpi", `Bearer ${"a.".repeat(3_000)}`),
  );
  return fc
    .record({
      parts: fc.array(pathPart, { minLength: holes, maxLength: holes }),
      query,
      authorization,
      type: fc.constantFrom("application/json", "application/json; charset=utf-8", "text/html", "/", ""),
      forwarded: fc.constantFrom("", "::1", "unknown, x", "1.2.3.4"),
      body: bodyOf(route),
    })
    .map(({ parts, query, authorization, type, forwarded, body }) => {
      const left = [...parts];
      const path = route.path
        .split("/")
        .map((part) => (part.startsWith(":") ? left.shift() : part))
        .join("/");
      const hasBody = route.body !== undefined;
      return {
        method: route.method,
        path: query === "" ? path : `${path}?${query}`,
        headers: { authorization, "x-forwarded-for": forwarded, ...(hasBody ? { "content-type": type } : {}) },
        body: hasBody ? body : "",
      };
    });
}

// Whoever can make the server fail by what they send can do so all day.
test.each(Object.entries<RestRoute>(rest))(
  "%s: whatever is sent, an answer as documented comes back",
  async (_name, route) => {
    const { app, tokens } = await start();
    const known = errorsOf(route);
    await fc.assert(
      fc.asyncProperty(wildRequest(route, tokens), async (wild) => {
        const { status, body } = await send(app, wild);
        const answer = JSON.parse(body);
        if (status === 200) {
          // A wild path can be that of another route.
          expect(Object.values<RestRoute>(rest).some((one) => one.answer.safeParse(answer).success)).toBe(true);
          return;
        }
        const { code } = errorAnswer.parse(answer).error;
        expect(status).toBe(errorCodes[code].status);
        expect(code).not.toBe("internal");
        expect([...known, "not_found"]).toContain(code);
      }),
      { numRuns: 60 },
    );
    expect(app.logs.filter(({ level }) => level === "error")).toEqual([]);
  },
);

test("whatever the path and the method, an answer with a code comes back", async () => {
  const { app } = await start();
  const path = fc.webUrl({ withQueryParameters: true }).map((url) => url.replace(/^https?:\/\/[^/?]*/, "") || "/");
  const method = fc.constantFrom("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "QUERY");
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        path,
        path.map((rest) => `/api${rest}`),
      ),
      method,
      async (wildPath, wildMethod) => {
        const wild = {
          method: wildMethod,
          path: wildPath.startsWith("/") ? wildPath : `/${wildPath}`,
          headers: {},
          body: "",
        };
        const { status, body } = await send(app, wild);
        expect(errorAnswer.parse(JSON.parse(body)).error.code).not.toBe("internal");
        expect(status).toBeGreaterThanOrEqual(400);
      },
    ),
    { numRuns: 200 },
  );
});
