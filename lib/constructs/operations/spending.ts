import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { Construct } from 'constructs';
import { onlyInAws } from '../../only-in-aws.ts';
import type { Watch } from './alarm.ts';

/** Warns before the month costs more than it may. Of the whole account: by tag it would read 0 until somebody turns cost tags on. */
export class Spending extends Construct {
  constructor(scope: Construct, id: string, { config, topics }: Watch) {
    super(scope, id);
    const warn = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
      notification: {
        notificationType,
        threshold,
        thresholdType: 'PERCENTAGE',
        comparisonOperator: 'GREATER_THAN',
      },
      subscribers: [{ subscriptionType: 'SNS', address: topics.of.warning.topicArn }],
    });
    const budget = new CfnBudget(this, 'Budget', {
      budget: {
        budgetName: `centinela-${config.stage}`,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: config.operations.monthlyBudgetUsd, unit: 'USD' },
      },
      notificationsWithSubscribers: [warn('ACTUAL', 80), warn('FORECASTED', 100)],
    });
    onlyInAws(config, budget);
  }
}
