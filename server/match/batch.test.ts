import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eachMessage, MessageBatch } from './batch.ts';

test('a block gives back every message, of its connection and in order, and the batch is empty then', () => {
  const messages = fc.array(fc.tuple(fc.nat(2 ** 31), fc.uint8Array({ maxLength: 200 })), {
    minLength: 1,
    maxLength: 20,
  });
  fc.assert(
    fc.property(messages, (sent) => {
      const batch = new MessageBatch();
      for (const [connection, bytes] of sent) batch.add(connection, bytes);
      const got: [number, Uint8Array][] = [];
      eachMessage(batch.take()!, (connection, bytes) => got.push([connection, bytes.slice()]));
      expect(got).toEqual(sent);
      expect(batch.take()).toBeNull();
    }),
  );
});
