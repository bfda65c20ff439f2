/** Reads what an ONNX file of one node says of it: ONNX Runtime runs models, and shows none. */

/** Attributes of the node by name, read as they are asked for; none without the attribute. */
export interface Attributes {
  readonly ints: (name: string) => Float64Array;
  readonly floats: (name: string) => Float64Array;
  readonly strings: (name: string) => string[];
  readonly string: (name: string) => string;
}

/** Fields of onnx.proto. */
const GRAPH = 7;
const NODE = 1;
const [OP_TYPE, ATTRIBUTE] = [4, 5];
const [NAME, STRING, FLOATS, INTS, STRINGS] = [1, 4, 7, 8, 9];
/** Wire types of protobuf. */
const [VARINT, FIXED64, LENGTH, FIXED32] = [0, 1, 2, 5];

/**
 * Of the model's only node, where it is of this type; else undefined.
 *
 * @throws {Error} where the file is no protobuf message.
 */
export function attributesOf(model: Uint8Array, type: string): Attributes | undefined {
  const [node, ...others] = messagesOf(firstOf(model, GRAPH), NODE);
  if (node === undefined || others.length > 0 || textOf(firstOf(node, OP_TYPE)) !== type) return;
  const attributes = new Map(
    [...messagesOf(node, ATTRIBUTE)].map((attribute) => [textOf(firstOf(attribute, NAME)), attribute]),
  );
  const of = (name: string) => attributes.get(name) ?? NOTHING;
  return {
    ints: (name) => numbersOf(of(name), INTS),
    floats: (name) => numbersOf(of(name), FLOATS),
    strings: (name) => wordsOf(of(name), STRINGS),
    string: (name) => textOf(firstOf(of(name), STRING)),
  };
}

const NOTHING = new Uint8Array();
const textOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

const firstOf = (message: Uint8Array, field: number): Uint8Array => {
  for (const value of messagesOf(message, field)) return value;
  return NOTHING;
};

/** Every value of a length-delimited field. */
function* messagesOf(message: Uint8Array, field: number): Generator<Uint8Array> {
  const reader = new Reader(message);
  while (reader.next())
    if (reader.field === field && reader.wire === LENGTH) yield message.subarray(reader.from, reader.at);
}

/** Of a repeated field: a few words said over and over, each of which is made once. */
function wordsOf(message: Uint8Array, field: number): string[] {
  const words: string[] = [];
  const known: string[] = [];
  const reader = new Reader(message);
  while (reader.next()) {
    if (reader.field !== field) continue;
    const before = known.find((word) => reader.spells(word));
    const word = before ?? textOf(message.subarray(reader.from, reader.at));
    if (before === undefined) known.push(word);
    words.push(word);
  }
  return words;
}

/** Every number of a repeated field, each on its own or all packed into one value. */
function numbersOf(message: Uint8Array, field: typeof FLOATS | typeof INTS): Float64Array {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const numbers = new Float64Array(message.length);
  let count = 0;
  const reader = new Reader(message);
  const packed = new Reader(message);
  while (reader.next()) {
    if (reader.field !== field) continue;
    for (packed.at = reader.from; packed.at < reader.at; ) {
      if (field === INTS) numbers[count++] = packed.varint();
      else {
        numbers[count++] = view.getFloat32(packed.at, true);
        packed.at += 4;
      }
    }
  }
  return numbers.slice(0, count);
}

/** Goes through a message field by field. */
class Reader {
  readonly #bytes: Uint8Array;
  field = 0;
  wire = 0;
  /** The field's value lies from `from` to `at`. */
  from = 0;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  next(): boolean {
    if (this.at >= this.#bytes.length) return false;
    const key = this.varint();
    this.wire = key % 8;
    this.field = (key - this.wire) / 8;
    const length = this.wire === LENGTH ? this.varint() : 0;
    this.from = this.at;
    if (this.wire === LENGTH) this.at += length;
    else if (this.wire === VARINT) this.varint();
    else if (this.wire === FIXED32) this.at += 4;
    else if (this.wire === FIXED64) this.at += 8;
    else throw new Error(`not ONNX: wire type ${this.wire}`);
    return true;
  }

  /** Whether the field's value is this word. */
  spells(word: string): boolean {
    if (this.at - this.from !== word.length) return false;
    for (let i = 0; i < word.length; i++) if (this.#bytes[this.from + i] !== word.charCodeAt(i)) return false;
    return true;
  }

  /** Of what is no negative number. */
  varint(): number {
    let value = 0;
    for (let unit = 1; ; unit *= 128) {
      const byte = this.#bytes[this.at++];
      if (byte === undefined) throw new Error('not ONNX: cut short');
      value += (byte % 128) * unit;
      if (byte < 128) return value;
    }
  }
}
