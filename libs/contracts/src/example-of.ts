import { z } from 'zod';

/** A schema as JSON Schema has it, as far as the contracts use it. */
export interface JsonSchema {
  /** Several: `null` is the last of them. */
  type?: string | string[];
  format?: string;
  const?: unknown;
  enum?: unknown[];
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  anyOf?: JsonSchema[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  [keyword: string]: unknown;
}

/**
 * The JSON Schema of what is sent: no field is forbidden (unknown ones are ignored in requests and may be added to replies).
 * The bounds that only say "an integer that JavaScript can hold" are left out.
 */
export const jsonSchemaOf = (schema: z.ZodType): JsonSchema => {
  const { $schema: _, ...described } = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-2020-12',
    override: ({ jsonSchema }) => {
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.format === 'uuid' || jsonSchema.format === 'email' || jsonSchema.format === 'date-time') delete jsonSchema.pattern;
    },
  });
  return described as JsonSchema;
};

/** The values that the documented contract shows, by the name of the field. */
const examplesByField: Readonly<Record<string, unknown>> = {
  email: 'user@example.com',
  password: 'new_password',
  currentPassword: 'password123',
  token: 'jwt_token',
  refreshToken: 'opaque_refresh_token',
  otp: '123456',
  expiresIn: 900,
  secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
  uri: 'otpauth://totp/chat.example.com:user%40example.com?issuer=chat.example.com&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&algorithm=SHA1&digits=6&period=30',
  recoveryCodes: 'abcdef-ghijkl-mnopqr-stuvwx',
  age: 25,
  device: 'Firefox on Linux',
  about: 'about',
  userName: 'username',
  user_name: 'username',
  profileImage: 'https://example.com/image.png',
  profile_image: 'https://example.com/image.png',
  groupName: 'group_name',
  message: 'message_content',
  query: 'user',
  cursor: 'opaque_cursor',
  nextCursor: 'opaque_cursor',
  requestId: '3d6f0f3e-9a3b-4a53-9a5d-0b8f1e2a7c11',
  limit: 50,
  seq: 7,
  afterSeq: 0,
  afterRevision: 0,
  revision: 0,
  beforeSeq: 8,
  reconnectAfterMs: 500,
  code: 'INVALID_REQUEST',
  field: 'to',
};

/** Fields that are there only now and then: an example that had them would show something else than what they stand in. */
const seldomThere: readonly string[] = ['deletedAt', 'passwordNeeded'];

const exampleId = '01890a5d-ac96-774b-bcce-b302099a8057';
const exampleTime = '2026-01-01T12:00:00.000Z';

/** A value that the schema takes, for people to read. */
export const exampleOf = (schema: JsonSchema, field = ''): unknown => {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.properties !== undefined) {
    return Object.fromEntries(Object.entries(schema.properties).filter(([name]) => !seldomThere.includes(name)).map(([name, property]) => [name, exampleOf(property, name)]));
  }
  if (schema.items !== undefined) return [exampleOf(schema.items, field)];
  if (schema.anyOf?.[0] !== undefined) return exampleOf(schema.anyOf[0], field);
  if (schema.format === 'uuid') return exampleId;
  if (schema.format === 'date-time') return exampleTime;
  if (field in examplesByField) return examplesByField[field];
  const [type] = [schema.type].flat();
  return type === 'string' ? 'text' : type === 'boolean' ? false : 1;
};

/** The same with the fields that must be given alone. */
export const leastExampleOf = (schema: JsonSchema): unknown => {
  const { properties = {}, required = [] } = schema;
  return exampleOf({ ...schema, properties: Object.fromEntries(Object.entries(properties).filter(([name]) => required.includes(name))) });
};

/** One for each form that the schema has. */
export const examplesOf = (schema: JsonSchema): unknown[] => (schema.properties === undefined && schema.anyOf !== undefined ? schema.anyOf.map((form) => exampleOf(form)) : [exampleOf(schema)]);
