import { friendConversationId } from './conversation-id';

const ben = '0194a1b2-0000-7000-8000-000000000002';

describe('friendConversationId', () => {
  it('is the same for both users', () => {
    expect(friendConversationId(ben, '0194a1b2-0000-7000-8000-000000000001')).toBe(friendConversationId('0194a1b2-0000-7000-8000-000000000001', ben));
  });

  it('stays what it was: messages are stored under it', () => {
    expect(friendConversationId('0194a1b2-0000-7000-8000-000000000001', ben)).toBe('567b860d-3b3b-835e-af5e-b1e3ff3a77a1');
    expect(friendConversationId('0194a1b2-0000-7000-8000-00000000000b', '0194a1b2-0000-7000-8000-00000000000a')).toBe('6bd1aef0-7943-8fc9-9eed-4e9ecfccbb2e');
  });

  it('is a UUID of version 8', () => {
    const ids = Array.from({ length: 64 }, (_, index) => friendConversationId(ben, `0194a1b2-0000-7000-8000-0000000001${String(index).padStart(2, '0')}`));
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
