import assert from 'node:assert/strict';
import { evaluateExpectation, parseExpectation } from '../../../server/src/experiment/expectations/expectation.js';
import { lookUp } from '../../../server/src/protocol/results/look-up.js';
import type { Results } from '../../../server/src/protocol/results.js';
import { exampleResults } from '../../support/example-results.js';

function parsed(text: string) {
  const result = parseExpectation(text);
  assert.ok(result.ok, text);
  return result.value;
}

describe('An expectation', () => {
  describe('is a path, an operator and a number', () => {
    it('with blanks or without', () => {
      const { path, operator, value } = parsed('  accuracy.m.top1   >=\t0.85 ');
      assert.deepEqual([path, operator, value], [['accuracy', 'm', 'top1'], '>=', 0.85]);
      assert.deepEqual(parsed('images.total>5').path, ['images', 'total']);
    });

    it('with any of six operators, read at their longest', () => {
      for (const operator of ['>=', '<=', '>', '<', '==', '!=']) {
        assert.equal(parsed(`a${operator}1`).operator, operator);
        assert.equal(parsed(`a ${operator} 1`).operator, operator);
      }
    });

    it('where a percentage is a share', () => {
      assert.equal(parsed('a >= 85%').value, 0.85);
      assert.equal(parsed('a >= 12.5 %').value, 0.125);
      assert.equal(parsed('a >= 85').value, 85);
    });

    it('where the number may be negative, broken, or in powers of ten', () => {
      assert.deepEqual(
        ['a > -0.5', 'a > 1e-3', 'a > 2.5E+2'].map((text) => parsed(text).value),
        [-0.5, 0.001, 250],
      );
    });

    it('and keeps its text', () => {
      assert.equal(parsed('images.total  > 5').text, 'images.total  > 5');
    });

    it('and nothing else', () => {
      for (const text of [
        '',
        'a',
        'a >',
        '> 5',
        'a = 5',
        'a => 5',
        'a > b',
        'a > 5 %%',
        'a > 5 and more',
        'a b > 5',
        'a > NaN',
        'a > 0x10',
        'a >> 5',
      ]) {
        const result = parseExpectation(text);
        assert.equal(result.ok ? 'read' : result.problem.code, 'expect-syntax', text);
      }
    });
  });

  describe('finds in results', () => {
    const results = exampleResults();
    const find = (path: string) => lookUp(results, path.split('.'));

    it('a number by its path', () => {
      assert.equal(find('images.total'), 2040);
      assert.equal(find('threshold.median'), 0.284);
    });

    it('an item by its model, else by its name', () => {
      assert.equal(find('accuracy.clip-vit-l-14.dim'), 768);
      assert.equal(find('poison.lowkey.meanDssim'), results.poison?.[1].meanDssim);
      assert.equal(find('stages.embed.seconds'), results.stages.find(({ name }) => name === 'embed')?.seconds);
    });

    it('topN as top.N', () => {
      assert.equal(find('accuracy.face-recognition.top5.hits'), 1966);
      assert.equal(find('accuracy.face-recognition.top@5.hits'), 1966);
      assert.equal(find('identification.face-recognition.cmc@1.count'), 1580);
      assert.equal(find('accuracy.face-recognition.top.5.hits'), 1966);
    });

    it('top1 where it is a figure of its own', () => {
      assert.equal(find('poison.fawkes.top1'), results.poison?.[0].top1);
    });

    it('the rate of what has one', () => {
      assert.equal(find('accuracy.face-recognition.top1'), 1914 / 2026);
      assert.equal(find('accuracy.face-recognition.top1.rateAll'), 1914 / 2037);
      assert.equal(find('robustness.control'), results.robustness?.control.rate);
    });

    it('nothing where the path leads nowhere, or to no number', () => {
      for (const path of [
        'images',
        'images.totals',
        'images.total.more',
        'accuracy',
        'accuracy.arcface.top1',
        'accuracy.face-recognition.top2',
        'accuracy.0.dim',
        'accuracy.length',
        'index.face-recognition.recall',
        'name',
        'name.length',
        'images.constructor.length',
        '__proto__.toString.length',
      ]) {
        assert.equal(find(path), null, path);
      }
    });

    it('models that are called as depths are', () => {
      const [accuracy] = results.accuracy ?? [];
      const named = exampleResults({ accuracy: [{ ...accuracy, model: 'top5' }] });
      assert.equal(lookUp(named, ['accuracy', 'top5', 'dim']), 128);
    });
  });

  describe('holds', () => {
    const results = exampleResults();
    const evaluate = (text: string, of: Results = results) => evaluateExpectation(parsed(text), of);

    it('as its operator says', () => {
      const held = ['>= 2040', '<= 2040', '== 2040', '> 2039', '< 2041', '!= 2039'];
      const broken = ['>= 2041', '<= 2039', '== 2039', '> 2040', '< 2040', '!= 2040'];
      for (const comparison of held) assert.equal(evaluate(`images.total ${comparison}`).ok, true, comparison);
      for (const comparison of broken) assert.equal(evaluate(`images.total ${comparison}`).ok, false, comparison);
    });

    it('with what it found beside it', () => {
      assert.deepEqual(evaluate('accuracy.face-recognition.top1 >= 85%'), {
        text: 'accuracy.face-recognition.top1 >= 85%',
        actual: 1914 / 2026,
        ok: true,
      });
    });

    it('never of what is not there, whatever the operator', () => {
      for (const operator of ['>=', '<=', '>', '<', '==', '!=']) {
        const text = `poison.mystery.top1 ${operator} 0`;
        assert.deepEqual(evaluate(text), { text, actual: null, ok: false });
      }
    });

    it('never of a rate of nothing', () => {
      const [accuracy] = results.accuracy ?? [];
      const none = { hits: 0, of: 0, rate: null, ci95: null, rateAll: null, ratePaired: null };
      const empty = exampleResults({ accuracy: [{ ...accuracy, top: { 1: none } }] });
      assert.deepEqual(evaluate('accuracy.face-recognition.top1 >= 0', empty), {
        text: 'accuracy.face-recognition.top1 >= 0',
        actual: null,
        ok: false,
      });
    });
  });
});
