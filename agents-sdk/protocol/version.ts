/** The protocol's major version. It is part of the subprotocol's name, so peers of different majors never talk past each other. */
export const PROTOCOL_VERSION = 1;

/** WebSocket subprotocols of `/agent`: the same messages, as MessagePack or as JSON text. The server prefers the first. */
export const SUBPROTOCOLS = ['gauntlet.v1.msgpack', 'gauntlet.v1.json'] as const;
export type Subprotocol = (typeof SUBPROTOCOLS)[number];

/** The largest message an agent may send, bytes. A larger one closes the connection with `message-too-large`. */
export const MAX_AGENT_MESSAGE_BYTES = 64 * 1024;
