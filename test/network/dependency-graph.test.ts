import { describe, expect, it } from 'vitest';
import { DependencyGraph, type Formula, type Reader } from '../../src/network/dependency-graph.ts';

const isAny = (): boolean => true;

/** A cell over the input `a`, and one that rests on it. */
function twoCells(compute: () => number): { readonly inner: Formula<number>; readonly outer: Formula<number> } {
  const inner: Formula<number> = {
    name: 'inner',
    compute: (reader: Reader) => {
      reader.note('a');
      return compute();
    },
    isSame: Object.is,
  };
  return { inner, outer: { name: 'outer', compute: (reader) => reader.read(inner, 'inner') + 1, isSame: Object.is } };
}

describe('a formula that throws', () => {
  const fail = (): never => {
    throw new Error('broken');
  };

  it('throws again at each question, whoever asks', () => {
    const graph = new DependencyGraph();
    const { inner, outer } = twoCells(fail);
    for (let time = 0; time < 3; time += 1) {
      expect(() => graph.valueOf(outer, 'outer')).toThrow('broken');
      expect(() => graph.valueOf(inner, 'inner')).toThrow('broken');
    }
  });

  it('leaves no value of before behind', () => {
    const graph = new DependencyGraph();
    let answer: () => number = () => 1;
    const { inner, outer } = twoCells(() => answer());
    expect(graph.valueOf(outer, 'outer')).toBe(2);
    answer = fail;
    graph.touch(['a'], () => false);
    for (let time = 0; time < 3; time += 1) {
      expect(() => graph.valueOf(inner, 'inner')).toThrow('broken');
      expect(() => graph.valueOf(outer, 'outer')).toThrow('broken');
    }
    graph.touch(['elsewhere'], isAny);
    expect(() => graph.valueOf(outer, 'outer')).toThrow('broken');
  });

  it('is said to be another when what it looked at changes, and then has a value', () => {
    const graph = new DependencyGraph();
    let answer: () => number = fail;
    const { outer } = twoCells(() => answer());
    expect(() => graph.valueOf(outer, 'outer')).toThrow('broken');
    answer = () => 5;
    expect([...graph.touch(['a'], isAny)].sort()).toEqual(['inner', 'outer']);
    expect(graph.valueOf(outer, 'outer')).toBe(6);
    answer = () => 7;
    expect([...graph.touch(['a'], isAny)].sort()).toEqual(['inner', 'outer']);
    expect(graph.valueOf(outer, 'outer')).toBe(8);
  });

  it('keeps nobody else from being told of', () => {
    const graph = new DependencyGraph();
    let answer: () => number = () => 1;
    const { outer } = twoCells(() => answer());
    const other: Formula<number> = {
      name: 'other',
      compute: (reader) => {
        reader.note('a');
        return 1;
      },
      isSame: Object.is,
    };
    graph.valueOf(outer, 'outer');
    graph.valueOf(other, 'other');
    answer = fail;
    expect([...graph.touch(['a'], ({ name }) => name !== 'inner')].sort()).toEqual(['other', 'outer']);
    expect(() => graph.valueOf(outer, 'outer')).toThrow('broken');
    expect(graph.valueOf(other, 'other')).toBe(1);
  });

  it('two that rest on each other are told each time', () => {
    const graph = new DependencyGraph();
    const left: Formula<number> = { name: 'left', compute: (reader) => reader.read(right, 'right'), isSame: Object.is };
    const right: Formula<number> = { name: 'right', compute: (reader) => reader.read(left, 'left'), isSame: Object.is };
    for (let time = 0; time < 2; time += 1) {
      expect(() => graph.valueOf(left, 'left')).toThrow('rests on itself');
      expect(() => graph.valueOf(right, 'right')).toThrow('rests on itself');
    }
  });
});
