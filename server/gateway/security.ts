/**
 * Headers of every answer. The page may load nothing from other hosts: the arena works without the internet, and what a match
 * shows, such as an agent's name, cannot make the page fetch anything. `wasm-unsafe-eval` allows WebAssembly, not `eval`;
 * `blob:` is for workers and textures that the page makes itself; inline styles place labels. The arena itself compiles its
 * checks of messages with `new Function`, which a page's policy does not touch.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self' blob:",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self' data: blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};
