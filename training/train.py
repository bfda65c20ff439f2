"""The training job's entry: SageMaker's script mode starts a file, and ``centinela_training.train`` is a module."""

from centinela_training.train import main

if __name__ == "__main__":
    main()
