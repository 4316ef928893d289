"""What `--help` says below a command's options: how it behaves, examples, exit codes."""

APP = """\
Without a command the app opens. A network is built from the keyboard, trained by a process of its own that
outlives the terminal, and looked at from all sides.

examples:
  mnist-tui                                       open the app
  mnist-tui train                                 train the preset first-minute and watch it line by line
  mnist-tui train --data synthetic                the same without MNIST: digits drawn by this program
  mnist-tui runs                                  the runs so far
  mnist-tui COMMAND --help                        what a command can do

exit codes: 0 done; 1 a run or check failed, or a run diverged; 2 wrong usage or bad input; 128+n on signal n
"""

TRAIN = """\
examples:
  mnist-tui train                                 the preset first-minute
  mnist-tui train --preset classic-sigmoid --set training.epochs=1
  mnist-tui train my.toml --name lunch --json
  mnist-tui train --set network.layers.0.units=64 --set training.optimizer.type=sgd
  mnist-tui train --resume lunch --set training.epochs=10

The training is a process of its own, the worker, which this command follows. INT (ctrl+c) or TERM: the worker
saves and stops, exit code 130 or 143; the run can be resumed. A hang-up (HUP): the worker goes on, exit code
129. If this command is killed, the worker saves and stops. --resume of a run that is training attaches to it;
INT and TERM stop that one too. --resume of a finished run repeats how it ended, unless it gets more epochs;
these train at the last rate of its schedule, which is almost 0 for one_cycle and cosine.

exit codes: 0 finished; 1 failed, diverged, or stopped by somebody else; 2 wrong usage or bad input
"""

EVALUATE = """\
RUN is a run's directory or its exact name; FILE.safetensors was written by 'mnist-tui export'. Several answer
together: their probabilities are averaged. The images are the test images of the data that the network was
trained on, unless --images and --labels name two IDX files (raw or .gz).

examples:
  mnist-tui evaluate lunch --weights best
  mnist-tui evaluate a.safetensors b.safetensors --json
  mnist-tui evaluate lunch --images t10k-images-idx3-ubyte --labels t10k-labels-idx1-ubyte
"""

PREDICT = """\
An IMAGE is a PNG or JPEG of one digit, dark on light or light on dark, of any size. It is brought into
MNIST's form first: cropped, fitted into 20x20 pixels, and centred by mass in 28x28.

example:
  mnist-tui predict lunch seven.png
"""

DATA = """\
MNIST is looked for in the folder that the variable MNIST_DATA names, then in ./mnist_data, then in the cache.

examples:
  mnist-tui data status                           every place, and which serves
  mnist-tui data download                         from the public mirrors into the cache, checked by hash
  mnist-tui data import ~/Downloads               from the four IDX files in a folder into the cache
  mnist-tui data synthesize -o digits             drawn digits; use them with --data digits
"""
