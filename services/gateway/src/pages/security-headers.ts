import helmet from 'helmet';

/** What a page may do unless it needs more: load from this server alone, run no inline code, stand in no frame. */
export const pageDirectives = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  connectSrc: ["'self'"],
  formAction: ["'self'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
};

/** Pages load from this server alone, run no inline code, stand in no frame, and tell no other site the address that they have. */
export const securityHeaders = helmet({
  contentSecurityPolicy: { useDefaults: false, directives: pageDirectives },
  referrerPolicy: { policy: 'no-referrer' },
});
