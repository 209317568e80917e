import type { RequestHandler } from "express";

/**
 * Nothing but the page's own files and its own server, with no inline script or style, and no frame around it. `'self'`
 * covers the WebSocket of the same host (Content Security Policy Level 3, 6.7.2.8).
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Headers of every answer, so that no path is forgotten. */
export const securityHeaders = {
  "content-security-policy": policy,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
} as const;

export const setSecurityHeaders: RequestHandler = (_request, response, next) => {
  response.set(securityHeaders);
  next();
};
