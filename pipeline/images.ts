/**
 * AWS's own image of scikit-learn, in which the steps run; the lock's packages are put into it.
 *
 * Accounts and tag: PyPI `sagemaker-core` 2.27.0 (Apache-2.0), `image_uri_config/sklearn.json`, file of 2026-10-21; the
 * accounts are the same in `sagemaker` 2.257.7. Regions of the partition `aws` alone.
 */
const FRAMEWORK_ACCOUNTS = {
  'af-south-1': '510948584623',
  'ap-east-1': '651117190479',
  'ap-northeast-1': '354813040037',
  'ap-northeast-2': '366743142698',
  'ap-northeast-3': '867004704886',
  'ap-south-1': '720646828776',
  'ap-south-2': '628508329040',
  'ap-southeast-1': '121021644041',
  'ap-southeast-2': '783357654285',
  'ap-southeast-3': '951798379941',
  'ap-southeast-4': '106583098589',
  'ca-central-1': '341280168497',
  'ca-west-1': '190319476487',
  'eu-central-1': '492215442770',
  'eu-central-2': '680994064768',
  'eu-north-1': '662702820516',
  'eu-south-1': '978288397137',
  'eu-south-2': '104374241257',
  'eu-west-1': '141502667606',
  'eu-west-2': '764974769150',
  'eu-west-3': '659782779980',
  'il-central-1': '898809789911',
  'me-central-1': '272398656194',
  'me-south-1': '801668240914',
  'sa-east-1': '737474898029',
  'us-east-1': '683313688378',
  'us-east-2': '257758044811',
  'us-west-1': '746614075791',
  'us-west-2': '246618743249',
} as const satisfies Readonly<Record<string, string>>;

export const FRAMEWORK_REPOSITORY = 'sagemaker-scikit-learn';
const TAG = '1.9-0-cpu-py3';

/** Whose registry a region's image is in. @throws RangeError where AWS has none there. */
export function frameworkAccount(region: string): string {
  const account = (FRAMEWORK_ACCOUNTS as Readonly<Record<string, string>>)[region];
  if (account === undefined)
    throw new RangeError(
      `region: given "${region}", where AWS has no scikit-learn image; it has one in ${Object.keys(FRAMEWORK_ACCOUNTS).join(', ')}`,
    );
  return account;
}

/** @throws RangeError where AWS has none in that region. */
export function frameworkImage(region: string): string {
  return `${frameworkAccount(region)}.dkr.ecr.${region}.amazonaws.com/${FRAMEWORK_REPOSITORY}:${TAG}`;
}
