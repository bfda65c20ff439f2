import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** Without what a command writes, and without comments of code. */
function proseOf(file: string): string {
  return readFileSync(file, 'utf8')
    .replace(/<!-- ([\w-]+) -->[\s\S]*?<!-- \/\1 -->/g, '')
    .replace(/ +# .*$/gm, '');
}

const setOf = (text: string, pattern: RegExp, tidy = (found: string) => found): string[] =>
  [...new Set([...text.matchAll(pattern)].map(([found, inner]) => tidy(inner ?? found)))].sort();

const english = proseOf('README.md');
const spanish = proseOf('README.es.md');

describe('the READMEs in both languages', () => {
  it.each([
    ['commands', /(?:npm (?:ci|run|start|test)|npx [a-z])[^`\n]*/g],
    ['code in the text', /(?<!`)`([^`\n]+)`(?!`)/g],
    ['blocks of code', /```sh\n([\s\S]*?)```/g],
    ['figures', /!\[[^\]]*\]\(([^)]+)\)/g],
  ])('name the same %s', (_what, pattern) => {
    const found = setOf(spanish, pattern);

    expect(found).not.toEqual([]);
    expect(found).toEqual(setOf(english, pattern));
  });

  it('say the same numbers', () => {
    const numbers = (text: string) => setOf(text, /\d[\d.,]*/g, (number) => number.replace(/[.,]/g, ''));

    expect(numbers(spanish)).toEqual(numbers(english));
  });

  it.each(['README.md', 'README.es.md', 'CONTRIBUTING.md', 'docs/aws.md'])(
    '%s links to what is there',
    (file) => {
      const folder = file.includes('/') ? file.replace(/[^/]+$/, '') : '';
      const links = [...readFileSync(file, 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)].map(
        ([, to]) => to ?? '',
      );

      expect(links.filter((to) => !existsSync(folder + to))).toEqual([]);
    },
  );

  it.each(['README.md', 'README.es.md', 'CONTRIBUTING.md', 'docs/aws.md'])(
    '%s names scripts that there are',
    (file) => {
      const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));

      const named = setOf(readFileSync(file, 'utf8'), /npm run (?:-s )?([a-z][\w:-]*)/g);

      expect(named.filter((name) => !(name in scripts))).toEqual([]);
    },
  );
});
