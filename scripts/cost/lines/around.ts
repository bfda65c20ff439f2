/** What stands around the service: firewall, clients, training, alerts, the page. */

import { type Line, linesOf } from '../line.ts';
import { ASSUMED, HOURS, KB_PER_GB, requests } from '../usage.ts';

export const AROUND: readonly Line[] = [
  ...linesOf('WAF', [
    {
      what: { es: 'lista de control', en: 'web ACL' },
      item: 'web ACL',
      quantity: ({ deployed }) => deployed.webAcls,
      why: { es: 'contada en las plantillas', en: 'counted in the templates' },
    },
    {
      what: { es: 'reglas', en: 'rules' },
      item: 'rule or rule group in the ACL',
      quantity: ({ deployed }) => deployed.webAclRules,
      why: { es: 'contadas en las plantillas', en: 'counted in the templates' },
    },
    {
      what: { es: 'peticiones', en: 'requests' },
      item: 'requests',
      quantity: requests,
      why: { es: 'las mismas peticiones', en: 'the same requests' },
    },
  ]),
  ...linesOf('Cognito', [
    {
      what: { es: 'clientes de hospitales', en: 'hospitals’ clients' },
      item: 'M2M app client',
      quantity: ({ scenario }) => scenario.hospitals,
      why: { es: 'uno por hospital (supuesto)', en: 'one a hospital (assumed)' },
    },
    {
      what: { es: 'tokens', en: 'tokens' },
      item: 'M2M token requests',
      quantity: (basis) => Math.min(requests(basis), basis.scenario.hospitals * HOURS),
      why: {
        es: 'uno por hora y hospital: quien pide uno por petición paga más por los tokens que por todo lo demás',
        en: 'one an hour a hospital: who asks for one a request pays more for tokens than for all the rest',
      },
    },
  ]),
  ...linesOf('SageMaker', [
    {
      what: { es: 'entrenamiento', en: 'training' },
      item: 'training ml.m5.xlarge',
      quantity: () => ASSUMED.trainingHours,
      unit: 'h',
      why: { es: 'una vez al mes (supuesto)', en: 'once a month (assumed)' },
    },
    {
      what: { es: 'preparación y evaluación', en: 'preparation and evaluation' },
      item: 'processing ml.m5.xlarge',
      quantity: () => ASSUMED.processingHours,
      unit: 'h',
      why: { es: 'una vez al mes (supuesto)', en: 'once a month (assumed)' },
    },
  ]),
  ...linesOf('SNS', [
    {
      what: { es: 'avisos por correo', en: 'alerts by mail' },
      item: 'email deliveries',
      quantity: () => 100,
      why: { es: 'supuesto', en: 'assumed' },
    },
  ]),
  ...linesOf('EventBridge', [
    {
      what: { es: 'llamadas a GitHub', en: 'calls to GitHub' },
      item: 'API destination invocations (64 KB chunks)',
      quantity: () => 100,
      why: { es: 'supuesto', en: 'assumed' },
    },
  ]),
  ...linesOf('Secrets Manager', [
    {
      what: { es: 'secretos', en: 'secrets' },
      item: 'secret',
      quantity: ({ deployed }) => deployed.secrets,
      why: { es: 'contados en las plantillas', en: 'counted in the templates' },
    },
  ]),
  ...linesOf('CloudFront', [
    {
      what: { es: 'peticiones de la página', en: 'requests of the page' },
      item: 'HTTPS requests',
      quantity: ({ scenario }) => scenario.hospitals * 1_000,
      why: { es: '1.000 por hospital (supuesto)', en: '1,000 a hospital (assumed)' },
    },
    {
      what: { es: 'datos de la página', en: 'data of the page' },
      item: 'data out, first 10 TB, US/Europe edge',
      quantity: ({ scenario }) => (scenario.hospitals * 1_000 * 50) / KB_PER_GB,
      unit: 'GB',
      why: { es: '50 kB por petición (supuesto)', en: '50 kB a request (assumed)' },
    },
  ]),
];
