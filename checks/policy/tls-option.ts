import { fieldsOf } from "../kinds.ts";
import { defineRule } from "../rule.ts";

const versions = ["VersionTLS12", "VersionTLS13"];

/**
 * Suites of TLS 1.2 that keep a recording secret when the key is lost later and that Go counts as secure (Go
 * crypto/tls, cipher_suites.go, CipherSuites). Those of TLS 1.3 cannot be chosen.
 */
const suites = new Set([
  "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
  "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305",
  "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
  "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
  "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305",
  "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
]);

export default defineRule({
  id: "tls-option",
  severity: "error",
  why: "Traefik drops options with a name it does not know, and old versions and suites can be broken.",
  fix: "Set minVersion to VersionTLS12 or VersionTLS13, and name suites as Go does.",
  check: function* (tree) {
    for (const manifest of tree.ofKind("TLSOption")) {
      const { minVersion, cipherSuites = [] } = fieldsOf(manifest, "TLSOption").spec ?? {};
      // Nothing stated is TLS 1.2 for Traefik.
      if (minVersion !== undefined && !versions.includes(minVersion)) {
        yield { manifest, field: "spec.minVersion", found: `the lowest version ${minVersion}` };
      }
      for (const [i, suite] of cipherSuites.entries()) {
        if (!suites.has(suite)) yield { manifest, field: `spec.cipherSuites[${i}]`, found: `the suite ${suite}` };
      }
    }
  },
});
