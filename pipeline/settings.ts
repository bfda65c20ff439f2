/** Where the pipeline's things are: what its definition does not know of itself. */
export interface PipelineSettings {
  readonly region: string;
  /** Role that the jobs run as. */
  readonly jobRoleArn: string;
  /** Key of volumes and outputs. */
  readonly keyArn: string;
  /** Folder with the `data` of this repository. */
  readonly rawUri: string;
  /** Folder that every run writes a folder of its own into. */
  readonly processedUri: string;
  /** The same, for models and evaluations. */
  readonly runsUri: string;
  /** Folder with a wheel of every package of the lock. */
  readonly wheelhouseUri: string;
  /** The training code, packed. */
  readonly source: {
    readonly uri: string;
    /** The last part of the address: what the file is called where a job finds it. */
    readonly file: string;
  };
  readonly modelGroup: string;
}
