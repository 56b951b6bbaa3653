import { expect } from 'chai';
import { createKnownTexts, type TextWithHole } from '../../src/app/known-texts.js';

const mebibyte = 1024 * 1024;

/** A text of about the length, told apart by its number, with a hole of four bytes in its middle. */
function numbered(number: number, length: number, hole = 'hole'): TextWithHole {
  const half = `${number}`.padStart(length / 2, '.');
  const bytes = Buffer.from(`#${half}${hole}${half}#`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    bytes,
    view,
    start: 1,
    holeStart: 1 + half.length,
    holeEnd: 5 + half.length,
    end: bytes.length - 1,
  };
}

describe('known texts', () => {
  it('are found whatever stands in the hole and around them', () => {
    const texts = createKnownTexts<string>(mebibyte);
    texts.remember(numbered(7, 600), 'seven');
    expect(texts.find(numbered(7, 600, 'else'))).to.equal('seven');
    expect(texts.find(numbered(8, 600))).to.equal(undefined);
    expect(texts.find(numbered(7, 602))).to.equal(undefined);
  });

  it('are not found where any byte beside the hole differs', () => {
    const texts = createKnownTexts<string>(mebibyte);
    texts.remember(numbered(7, 60), 'seven');
    const { start, holeStart, holeEnd, end } = numbered(7, 60);
    for (let at = start; at < end; at += 1) {
      const other = numbered(7, 60);
      other.bytes[at] = 0x21;
      const inHole = at >= holeStart && at < holeEnd;
      expect(texts.find(other), `byte ${at}`).to.equal(inHole ? 'seven' : undefined);
    }
  });

  it('give way to new ones when nobody asks for them any more', () => {
    const texts = createKnownTexts<number>(2 * mebibyte);
    for (let number = 0; number < 1000; number += 1) texts.remember(numbered(number, 10_000), number);
    expect(texts.find(numbered(0, 10_000))).to.equal(undefined);
    expect(texts.find(numbered(999, 10_000))).to.equal(999);
  });

  it('stay while they are asked for, whatever else comes', () => {
    const texts = createKnownTexts<number>(4 * mebibyte);
    texts.remember(numbered(0, 10_000), 0);
    for (let number = 1; number < 2000; number += 1) {
      texts.remember(numbered(number, 10_000), number);
      expect(texts.find(numbered(0, 10_000)), `after ${number}`).to.equal(0);
    }
  });

  it('are no more than what they mean has room for, however short they are', () => {
    const texts = createKnownTexts<number>(2 * mebibyte);
    for (let number = 0; number < 10_000; number += 1) texts.remember(numbered(number, 20), number);
    const known = Array.from({ length: 10_000 }, (_, number) => texts.find(numbered(number, 20))).filter(
      (found) => found !== undefined,
    );
    expect(known.length).to.be.within(1, 4096);
    expect(known.at(-1)).to.equal(9_999);
  });

  it('that no room would ever be enough for are let go', () => {
    const texts = createKnownTexts<string>(mebibyte);
    texts.remember(numbered(1, 2 * mebibyte), 'one');
    expect(texts.find(numbered(1, 2 * mebibyte))).to.equal(undefined);
  });
});
