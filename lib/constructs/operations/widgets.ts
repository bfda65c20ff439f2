import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, type GraphWidgetProps, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';

/** In both languages: a dashboard does not know its reader's. */
export const titled = (es: string, en: string): string => `${es} / ${en}`;

/** A graph, three in a row. */
export const graph = (es: string, en: string, props: GraphWidgetProps): GraphWidget =>
  new GraphWidget({ title: titled(es, en), width: 8, height: 6, ...props });

/** A dashboard of the last day. */
export function addDashboard(scope: Construct, name: string, ...rows: IWidget[][]): Dashboard {
  return new Dashboard(scope, 'Dashboard', {
    dashboardName: name,
    defaultInterval: Duration.days(1),
    widgets: rows,
  });
}
