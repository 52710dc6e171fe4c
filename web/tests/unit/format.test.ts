import { describe, expect, it } from 'vitest';
import { clock, column, inWords, isDate, late, millimetres, missing, moment, plain, signed, withUnit } from '../../src/format';
import { unitOf, wordOf } from '../../src/words';

describe('sizes', () => {
  it('keep their decimals and have one at least, as radiologists write them', () => {
    expect(millimetres(6)).toBe('6.0');
    expect(millimetres('6')).toBe('6.0');
    expect(millimetres(6.25)).toBe('6.25');
    expect(millimetres(null)).toBe(missing);
    expect(millimetres('')).toBe(missing);
  });
  it('show which way a change went', () => {
    expect(signed(1.4)).toBe('+1.4');
    expect(signed(-2)).toBe('−2.0');
    expect(signed(0)).toBe('0.0');
    expect(signed(undefined)).toBe(missing);
  });
});

describe('values', () => {
  it('that are missing never look like nought', () => {
    expect(withUnit(null, 'mm')).toBe(missing);
    expect(withUnit(0, 'mm')).toBe('0 mm');
    expect(plain('')).toBe(missing);
    expect(plain(false)).toBe('no');
    expect(plain([1.2, 3.4])).toBe('1.2 to 3.4');
  });
  it('carry the unit of their column', () => {
    expect(column('long_axis_mm')).toBe('long axis, mm');
    expect(column('dlp_mgy_cm')).toBe('dlp, mGy·cm');
    expect(column('volume_mm3')).toBe('volume, mm³');
    expect(column('status')).toBe('status');
    expect(unitOf('mean_hu')).toBe('HU');
  });
});

describe('days and moments', () => {
  it('are written as ISO 8601', () => {
    expect(moment('2026-11-20T08:00:00Z')).toBe('2026-11-20 08:00 UTC');
    expect(moment('2026-11-20T08:00:00.123Z')).toBe('2026-11-20 08:00 UTC');
    expect(moment(null)).toBe(missing);
    expect(late(1)).toBe('1 day late');
    expect(late(0)).toBe('');
  });
  it('exist, or are not taken for days', () => {
    expect(isDate('2024-02-29')).toBe(true);
    expect(isDate('2023-02-29')).toBe(false);
    expect(isDate('2026-1-5')).toBe(false);
    expect(isDate('')).toBe(false);
  });
  it('count down without going below nought', () => {
    expect(clock(245)).toBe('4:05');
    expect(clock(-3)).toBe('0:00');
  });
});

describe('codes', () => {
  it('are said in words, also within a sentence', () => {
    expect(wordOf('UNEQUIVOCAL_GROWTH')).toBe('Unequivocal growth');
    expect(wordOf('something_new')).toBe('something new');
    expect(wordOf(null)).toBe('not known');
    expect(inWords('NO_NODULE')).toBe('no nodule');
    expect(inWords('PET_CT of N1 POSSIBLE_GROWTH 6.3 mm N10')).toBe('PET/CT of N1 possible growth 6.3 mm N10');
    expect(inWords('P0: N1 by FDG')).toBe('P0: N1 by FDG');
  });
});
