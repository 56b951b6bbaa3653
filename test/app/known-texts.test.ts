import { expect } from 'chai';
import {
  createKnownTexts,
  type KnownTexts,
  type KnownTextsLimits,
  type TextWithHole,
} from '../../src/app/known-texts.js';

const mebibyte = 1024 * 1024;
/** Four chunks of texts, and one of digests. */
const few: KnownTextsLimits = { textBytes: mebibyte, texts: 1 };

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
    const texts = createKnownTexts<string>(few);
    texts.remember(numbered(7, 600), 'seven');
    expect(texts.find(numbered(7, 600, 'else'))).to.equal('seven');
    expect(texts.find(numbered(8, 600))).to.equal(undefined);
    expect(texts.find(numbered(7, 602))).to.equal(undefined);
  });

  /** The first of the texts has nothing left but its digest: those after it have filled all room for texts. */
  function digested(): KnownTexts<number> {
    const texts = createKnownTexts<number>({ textBytes: mebibyte, texts: 100_000 });
    texts.remember(numbered(7, 60), 7);
    for (let number = 100; number < 250; number += 1) texts.remember(numbered(number, 10_000), number);
    return texts;
  }

  for (const { held, make } of [
    {
      held: 'as they are',
      make: () => {
        const texts = createKnownTexts<number>(few);
        texts.remember(numbered(7, 60), 7);
        return texts;
      },
    },
    { held: 'as digests', make: digested },
  ]) {
    it(`are not found where any byte beside the hole differs, held ${held}`, () => {
      const texts = make();
      expect(texts.find(numbered(7, 60))).to.equal(7);
      const { start, holeStart, holeEnd, end } = numbered(7, 60);
      for (let at = start; at < end; at += 1) {
        const other = numbered(7, 60);
        other.bytes[at] = 0x21;
        const inHole = at >= holeStart && at < holeEnd;
        expect(texts.find(other), `byte ${at}`).to.equal(inHole ? 7 : undefined);
      }
    });
  }

  it('are all found while there is room for texts and digests', () => {
    const texts = digested();
    for (let number = 100; number < 250; number += 1)
      expect(texts.find(numbered(number, 10_000)), `text ${number}`).to.equal(number);
  });

  it('take no more room than texts may, and their digests beside it', () => {
    const before = process.memoryUsage().arrayBuffers;
    const texts = createKnownTexts<number>({ textBytes: mebibyte, texts: 100_000 });
    for (let number = 0; number < 1_000; number += 1) texts.remember(numbered(number, 10_000), number);
    expect(texts.find(numbered(0, 10_000))).to.equal(0);
    // Beside them there are the texts that were made up here and not collected yet.
    expect(process.memoryUsage().arrayBuffers - before).to.be.lessThan(20 * mebibyte);
  });

  it('give way to new ones when nobody asks for them any more', () => {
    const texts = createKnownTexts<number>(few);
    for (let number = 0; number < 1000; number += 1) texts.remember(numbered(number, 10_000), number);
    expect(texts.find(numbered(0, 10_000))).to.equal(undefined);
    expect(texts.find(numbered(999, 10_000))).to.equal(999);
  });

  it('stay while they are asked for, whatever else comes', () => {
    const texts = createKnownTexts<number>(few);
    texts.remember(numbered(0, 10_000), 0);
    for (let number = 1; number < 2000; number += 1) {
      texts.remember(numbered(number, 10_000), number);
      expect(texts.find(numbered(0, 10_000)), `after ${number}`).to.equal(0);
    }
  });

  it('stay as digests while they are asked for, whatever else comes', () => {
    const texts = createKnownTexts<number>({ textBytes: mebibyte, texts: 1_000 });
    texts.remember(numbered(0, 10_000), 0);
    for (let number = 1; number < 130; number += 1) texts.remember(numbered(number, 10_000), number);
    for (let number = 130; number < 2000; number += 1) {
      texts.remember(numbered(number, 10_000), number);
      expect(texts.find(numbered(0, 10_000)), `after ${number}`).to.equal(0);
    }
  });

  it('are no more than what they mean has room for, however short they are', () => {
    const texts = createKnownTexts<number>(few);
    for (let number = 0; number < 10_000; number += 1) texts.remember(numbered(number, 20), number);
    const known = Array.from({ length: 10_000 }, (_, number) => texts.find(numbered(number, 20))).filter(
      (found) => found !== undefined,
    );
    expect(known.length).to.be.within(1, 5 * 512);
    expect(known.at(-1)).to.equal(9_999);
  });

  it('that no room would ever be enough for are let go', () => {
    const texts = createKnownTexts<string>(few);
    texts.remember(numbered(1, 2 * mebibyte), 'one');
    expect(texts.find(numbered(1, 2 * mebibyte))).to.equal(undefined);
  });
});
