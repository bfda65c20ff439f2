/** A month's bills as Markdown. */

import { markdownTable } from '../generated.ts';
import type { Lang, Text } from '../lang.ts';
import { estimate, type Item, type Stage, type Sum, sumOf } from './estimate.ts';
import { REFERENCE_REGION } from './prices.ts';
import { SCENARIOS } from './usage.ts';

const WORDS = {
  service: { es: 'servicio', en: 'service' },
  sum: { es: 'suma', en: 'sum' },
  line: { es: 'concepto', en: 'line' },
  price: { es: 'precio, USD', en: 'price, USD' },
  why: { es: 'de dónde sale la cantidad', en: 'where the quantity comes from' },
  missing: { es: 'sin precio', en: 'price not found' },
} satisfies Record<string, Text>;

const LOCALES = { es: 'es-ES', en: 'en-GB' };

/** The sums by service, then the lines with their quantities, prices and reasons. */
export function costReport(stage: Stage, lang: Lang): string {
  const bills = SCENARIOS.map((scenario) => estimate(scenario, stage));
  return [notes(stage, lang), byService(bills, lang), byLine(bills, lang)].join('\n\n');
}

function notes({ config, prices }: Stage, lang: Lang): string {
  const { region } = config;
  return {
    es: `Un mes en ${region}, en dólares de EE. UU., sin impuestos ni soporte; precios de lista del ${prices.as_of}, del primer tramo. \\*: no se encontró el precio de la región y vale el de ${REFERENCE_REGION}. ≥: algo de lo sumado no tiene precio encontrado, y no se cuenta. Solo se descuenta lo que la propia lista da por gratis.`,
    en: `A month in ${region}, in US dollars, without tax or support; list prices of ${prices.as_of}, of their first tier. \\*: the region's price was not found and that of ${REFERENCE_REGION} stands in. ≥: for a part no price was found, and it is not counted. Only what the list itself calls free is deducted.`,
  }[lang];
}

function byService(bills: readonly (readonly Item[])[], lang: Lang): string {
  const services = [...new Set(bills.flat().map(({ line }) => line.service))];
  const rows = services.map((service) => [
    service,
    ...bills.map((items) => amount(sumOf(items.filter(({ line }) => line.service === service)), lang)),
  ]);
  return markdownTable(
    [WORDS.service[lang], ...SCENARIOS.map(({ name }) => name[lang])],
    [...rows, [`**${WORDS.sum[lang]}**`, ...bills.map((items) => `**${amount(sumOf(items), lang)}**`)]],
  );
}

function byLine(bills: readonly (readonly Item[])[], lang: Lang): string {
  const [first = []] = bills;
  const rows = first.map(({ line, price }, at) => [
    `${line.service}: ${line.what[lang]}`,
    ...bills.map((items) => `${number(items[at]?.quantity ?? 0, lang)} ${line.unit}`.trim()),
    price === undefined ? WORDS.missing[lang] : `${price.listed} (${price.region})`,
    line.why[lang],
  ]);
  return markdownTable(
    [WORDS.line[lang], ...SCENARIOS.map(({ name }) => name[lang]), WORDS.price[lang], WORDS.why[lang]],
    rows,
  );
}

/** Dollars; words where nothing of it has a price. */
function amount({ known, missing, borrowed }: Sum, lang: Lang): string {
  if (missing && known === 0) return WORDS.missing[lang];
  const dollars = known.toLocaleString(LOCALES[lang], { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return `${missing ? '≥ ' : ''}${dollars}${borrowed ? '\\*' : ''}`;
}

const number = (value: number, lang: Lang): string =>
  value.toLocaleString(LOCALES[lang], { maximumSignificantDigits: 3 });
