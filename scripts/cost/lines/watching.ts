/** What it takes to watch a stage. */

import { type Line, linesOf } from '../line.ts';
import { ASSUMED, DAYS, logGb, requests, SECONDS } from '../usage.ts';

export const WATCHING: readonly Line[] = [
  ...linesOf('CloudWatch', [
    {
      what: { es: 'registros recibidos', en: 'logs taken in' },
      item: 'Logs ingestion, Standard class',
      quantity: logGb,
      unit: 'GB',
      why: {
        es: `${ASSUMED.logKb} kB por petición: función, pasarela, cortafuegos, métricas (estimado)`,
        en: `${ASSUMED.logKb} kB a request: function, gateway, firewall, metrics (estimated)`,
      },
    },
    {
      what: { es: 'registros guardados', en: 'logs kept' },
      item: 'Logs storage',
      quantity: (basis) =>
        (logGb(basis) * Math.min(basis.config.logDays, ASSUMED.storedMonths * DAYS)) / DAYS,
      unit: 'GB',
      why: {
        es: 'durante logDays, sin contar su compresión',
        en: 'for logDays, their compression not counted',
      },
    },
    {
      what: { es: 'métricas propias', en: 'custom metrics' },
      item: 'custom metric, first 10,000',
      quantity: (basis) => Math.min(requests(basis), ASSUMED.metrics),
      why: {
        es: 'de los manejadores y de los métodos de la pasarela (supuesto), sin una por cada hallazgo que deriva; sin peticiones no se escribe ninguna',
        en: "of the handlers and of the gateway's methods (assumed), without one for each drifting feature; without requests none is written",
      },
    },
    {
      what: { es: 'alarmas', en: 'alarms' },
      item: 'alarm, standard resolution',
      quantity: ({ deployed }) => deployed.alarmMetrics,
      why: {
        es: 'métricas vigiladas, contadas en las plantillas',
        en: 'metrics watched, counted in the templates',
      },
    },
    {
      what: { es: 'alarmas compuestas', en: 'composite alarms' },
      item: 'composite alarm',
      quantity: ({ deployed }) => deployed.compositeAlarms,
      why: { es: 'contadas en las plantillas', en: 'counted in the templates' },
    },
    {
      what: { es: 'paneles', en: 'dashboards' },
      item: 'dashboard, after 3 free',
      quantity: ({ deployed }) => deployed.dashboards,
      free: 3,
      why: {
        es: 'contados en las plantillas; 3 gratis según la lista',
        en: 'counted in the templates; 3 free by the list',
      },
    },
  ]),
  ...linesOf('X-Ray', [
    {
      what: { es: 'trazas', en: 'traces' },
      item: 'traces recorded, after 100,000',
      quantity: (basis) => {
        const perSecond = requests(basis) / SECONDS;
        return (Math.min(perSecond, 1) + 0.05 * Math.max(perSecond - 1, 0)) * SECONDS;
      },
      free: 100_000,
      why: {
        es: 'la primera de cada segundo y una de veinte de las demás (regla por defecto); 100.000 gratis según la lista',
        en: 'the first of each second and one in twenty of the others (default rule); 100,000 free by the list',
      },
    },
  ]),
];
