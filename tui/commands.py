"""The one table of keys: what each does, in words. Bindings, footer, help, palette and README come from it.

A command belongs to the app (pane 0) or to one pane. Single letters do nothing while a text field has the
focus, because the field takes them first.
"""

from dataclasses import dataclass

APP = 0
CONFIGURE, TRAIN, BROWSE, ERRORS, INSIDE, DRAW, RUNS = range(1, 8)
PANE_NAMES = {
    CONFIGURE: "Configure",
    TRAIN: "Train",
    BROWSE: "Browse",
    ERRORS: "Errors",
    INSIDE: "Inside",
    DRAW: "Draw",
    RUNS: "Runs",
}


@dataclass(frozen=True)
class Command:
    """`keys` as Textual names them (comma-separated), `shown` as a person reads them.

    `short` is for the footer, which leaves out commands without one. `action` is Textual's: `action_<name>`
    of the app or the pane.
    """

    pane: int
    keys: str
    shown: str
    action: str
    short: str
    words: str


COMMANDS = (
    Command(APP, "space", "space", "steer('train')", "train/pause", "Start training; pause; go on"),
    Command(APP, "full_stop", ".", "steer('step')", "one step", "Train one batch, then pause"),
    Command(APP, "e", "e", "steer('epoch')", "one epoch", "Train to the end of the epoch, then pause"),
    Command(APP, "r", "r", "steer('again')", "again", "Train again from the beginning, with the same seed"),
    Command(APP, "R", "R", "steer('again_new_seed')", "", "Train again from the beginning, with a new seed"),
    Command(APP, "S", "S", "steer('stop')", "", "Save and stop the run; it can be resumed"),
    Command(
        APP,
        "left_square_bracket",
        "[",
        "steer('rate_down')",
        "rate",
        "Learning rate down by a fifth, from the next step on",
    ),
    Command(
        APP,
        "right_square_bracket",
        "]",
        "steer('rate_up')",
        "",
        "Learning rate up by a quarter, from the next step on",
    ),
    Command(APP, "1", "1", "pane(1)", "", "Configure: the network and how it learns"),
    Command(APP, "2", "2", "pane(2)", "", "Train: curves, progress and what is off"),
    Command(APP, "3", "3", "pane(3)", "", "Browse: images and the network's answers"),
    Command(APP, "4", "4", "pane(4)", "", "Errors: what it gets wrong"),
    Command(APP, "5", "5", "pane(5)", "", "Inside: the network layer by layer"),
    Command(APP, "6", "6", "pane(6)", "", "Draw: a digit of your own, and the network's answer to it"),
    Command(APP, "7", "7", "pane(7)", "", "Runs: those there are, open, resume"),
    Command(APP, "m", "m", "maximise", "", "Pane full screen, and back"),
    Command(APP, "tab", "tab", "app.focus_next", "", "Next field"),
    Command(APP, "colon,ctrl+p", ":", "command_palette", "palette", "Everything by name"),
    Command(APP, "B", "B", "wire_rate", "", "KB a second to the terminal, in the header, and back"),
    Command(APP, "ctrl+l", "ctrl+l", "repaint", "", "Paint the whole screen again"),
    Command(APP, "question_mark", "?", "help", "help", "Help for what has the focus"),
    Command(APP, "q", "q", "quit", "quit", "Quit; training goes on without the app"),
    Command(CONFIGURE, "up,k", "up k", "row(-1)", "", "The row above"),
    Command(CONFIGURE, "down,j", "down j", "row(1)", "", "The row below"),
    Command(CONFIGURE, "left,h", "left h", "change(-1)", "change", "Value down, or the choice before"),
    Command(CONFIGURE, "right,l", "right l", "change(1)", "", "Value up, or the next choice"),
    Command(CONFIGURE, "enter", "enter", "edit", "type", "Type a value; Enter takes it, Esc leaves it"),
    Command(CONFIGURE, "plus", "+", "add_layer", "add", "Add a layer after this one"),
    Command(CONFIGURE, "minus", "-", "remove_layer", "remove", "Remove this layer"),
    Command(CONFIGURE, "J", "J", "move_layer(1)", "", "Move this layer down"),
    Command(CONFIGURE, "K", "K", "move_layer(-1)", "", "Move this layer up"),
    Command(CONFIGURE, "u", "u", "undo", "undo", "Undo the last edit"),
    Command(CONFIGURE, "c", "c", "copy", "copy", "Copy the config as one command line"),
    Command(CONFIGURE, "w", "w", "save", "save", "Save the config as TOML"),
    Command(CONFIGURE, "O", "O", "open", "", "Open a config in TOML"),
    Command(TRAIN, "y", "y", "log_axis", "log", "Loss on a logarithmic axis, and back"),
    Command(TRAIN, "s", "s", "smoothing", "smooth", "Smooth the training curves: none, some, much"),
    Command(TRAIN, "z", "z", "zoom", "zoom", "Zoom to the last epochs: all, 5, 1"),
    Command(
        TRAIN, "x", "x", "crosshair", "crosshair", "Crosshair: step and exact values; left and right move it"
    ),
    Command(TRAIN, "left,h", "left h", "crosshair_by(-1)", "", "Crosshair to the left"),
    Command(TRAIN, "right,l", "right l", "crosshair_by(1)", "", "Crosshair to the right"),
    Command(TRAIN, "v", "v", "overlay", "overlay", "Lay the curves of the run before under these, and back"),
    Command(BROWSE, "n", "n", "step(1)", "next", "Next image"),
    Command(BROWSE, "p", "p", "step(-1)", "", "Previous image"),
    Command(BROWSE, "i", "i", "evidence", "why", "Why it answers this image so: the evidence"),
    Command(BROWSE, "left,h", "left h", "move(-1, 0)", "", "The small image to the left"),
    Command(BROWSE, "right,l", "right l", "move(1, 0)", "", "The small image to the right"),
    Command(BROWSE, "up,k", "up k", "move(0, -1)", "", "The small image above"),
    Command(BROWSE, "down,j", "down j", "move(0, 1)", "", "The small image below"),
    Command(BROWSE, "pageup", "pgup", "turn(-1)", "", "A page of small images back"),
    Command(BROWSE, "pagedown", "pgdn", "turn(1)", "", "A page of small images on"),
    Command(BROWSE, "g", "g", "go", "go to", "Go to an image by its index"),
    Command(
        BROWSE,
        "f",
        "f",
        "filter",
        "filter",
        "Filter by digit, answer, confidence, what is new, forgotten or in doubt",
    ),
    Command(BROWSE, "escape", "esc", "back", "", "Back to Errors, where it sent you here"),
    Command(BROWSE, "w", "w", "mark_word", "", "Mark another word of the filter"),
    Command(BROWSE, "backspace", "backspace", "remove_word", "", "Take the marked word out of the filter"),
    Command(BROWSE, "c", "c", "clear", "", "Clear the filter"),
    Command(
        BROWSE,
        "o",
        "o",
        "order(1)",
        "order",
        "Order by index, loss, confidence, margin, entropy, how often forgotten",
    ),
    Command(BROWSE, "O", "O", "order(-1)", "", "The order before"),
    Command(BROWSE, "t", "t", "set", "set", "Test, validation or training images"),
    Command(BROWSE, "a", "a", "ask", "", "Ask the network about the training images"),
    Command(BROWSE, "v", "v", "chart", "view", "This image over the epochs, each digit over them, images"),
    Command(BROWSE, "less_than_sign", "<", "scrub(-1)", "epochs", "The answers of the epoch before"),
    Command(
        BROWSE, "greater_than_sign", ">", "scrub(1)", "", "The answers of the next epoch; at the last, follow"
    ),
    Command(ERRORS, "left,h", "left h", "cell(0, -1)", "", "The cell of the matrix to the left"),
    Command(ERRORS, "right,l", "right l", "cell(0, 1)", "", "The cell to the right"),
    Command(ERRORS, "up,k", "up k", "cell(-1, 0)", "", "The cell above"),
    Command(ERRORS, "down,j", "down j", "cell(1, 0)", "", "The cell below"),
    Command(ERRORS, "enter", "enter", "images", "images", "Show the images of this cell in Browse"),
    Command(
        ERRORS,
        "v",
        "v",
        "view",
        "view",
        "Worst answers, scores of each digit, refusal, calibration, other runs",
    ),
    Command(ERRORS, "n", "n", "step(1)", "next", "Next of the worst answers, or of the group looked at"),
    Command(ERRORS, "p", "p", "step(-1)", "", "Previous of the worst answers, or of the group looked at"),
    Command(ERRORS, "i", "i", "evidence", "why", "Why it answers this image so: the evidence"),
    Command(ERRORS, "a", "a", "all_wrong", "all wrong", "Show all wrong answers in Browse"),
    Command(ERRORS, "c", "c", "percent", "count/%", "Confusion matrix in counts, or in per cent of the row"),
    Command(ERRORS, "d", "d", "diagonal", "diagonal", "Hide the right answers in the matrix, and back"),
    Command(ERRORS, "w", "w", "compare", "compare", "Compare with another run; again: with the next one"),
    Command(ERRORS, "plus", "+", "temperature(1)", "", "Temperature up: all answers less sure"),
    Command(ERRORS, "minus", "-", "temperature(-1)", "", "Temperature down: all answers surer"),
    Command(
        ERRORS, "b", "b", "best_temperature", "", "The temperature that suits validation best, and back to 1"
    ),
    Command(ERRORS, "t", "t", "set", "set", "Test or validation images"),
    Command(ERRORS, "less_than_sign", "<", "scrub(-1)", "epochs", "The answers of the epoch before"),
    Command(
        ERRORS, "greater_than_sign", ">", "scrub(1)", "", "The answers of the next epoch; at the last, follow"
    ),
    Command(INSIDE, "up,k", "up k", "layer(-1)", "layer", "The layer before"),
    Command(INSIDE, "down,j", "down j", "layer(1)", "", "The next layer"),
    Command(INSIDE, "left,h", "left h", "unit(-1)", "unit", "The neuron, filter or channel before"),
    Command(INSIDE, "right,l", "right l", "unit(1)", "", "The next neuron, filter or channel"),
    Command(INSIDE, "pageup", "pgup", "turn(-1)", "", "A page of pictures back"),
    Command(INSIDE, "pagedown", "pgdn", "turn(1)", "", "A page of pictures on"),
    Command(INSIDE, "v", "v", "view", "view", "What is shown: activations, weights, the gradients of either"),
    Command(INSIDE, "d", "d", "gradient", "gradient", "The gradient of what is shown, and back"),
    Command(
        INSIDE,
        "t",
        "t",
        "step_through",
        "training step",
        "Step through one training step, every number shown",
    ),
    Command(INSIDE, "G", "G", "gradient_check", "", "Check the gradients numerically, layer by layer"),
    Command(INSIDE, "n", "n", "step(1)", "next", "Next image"),
    Command(INSIDE, "p", "p", "step(-1)", "", "Previous image"),
    Command(INSIDE, "g", "g", "go", "go to", "Go to an image by its index"),
    Command(INSIDE, "H", "H", "health", "health", "What is off with the network, in words, layer by layer"),
    # Space, arrows and Esc are Draw's only while its pad has the focus.
    Command(DRAW, "space", "space", "pen", "pen", "Pen down, pen up"),
    Command(DRAW, "left,h", "left h", "move(-1, 0)", "", "Pen to the left; it draws while it is down"),
    Command(DRAW, "right,l", "right l", "move(1, 0)", "", "Pen to the right"),
    Command(DRAW, "up,k", "up k", "move(0, -1)", "", "Pen up the pad"),
    Command(DRAW, "down,j", "down j", "move(0, 1)", "", "Pen down the pad"),
    Command(DRAW, "home", "home", "move(-1, -1)", "", "Pen diagonally, left and up"),
    Command(DRAW, "pageup", "pgup", "move(1, -1)", "", "Pen diagonally, right and up"),
    Command(DRAW, "end", "end", "move(-1, 1)", "", "Pen diagonally, left and down"),
    Command(DRAW, "pagedown", "pgdn", "move(1, 1)", "", "Pen diagonally, right and down"),
    Command(DRAW, "b", "b", "width", "width", "A wider pen, after the widest the thinnest"),
    Command(DRAW, "x", "x", "eraser", "eraser", "Erase instead of drawing, and back"),
    Command(DRAW, "u", "u", "undo", "undo", "Undo the last stroke"),
    Command(DRAW, "U", "U", "redo", "", "Redo what was undone"),
    Command(DRAW, "c", "c", "clear", "clear", "Clear the pad"),
    Command(DRAW, "escape", "esc", "leave_pad", "leave", "Leave the pad: space trains again"),
    Command(DRAW, "enter", "enter", "take_pad", "", "Take the pad: space and arrows draw"),
    Command(DRAW, "n", "n", "normalise", "normalise", "Bars for the normalised drawing or for it as it is"),
    Command(DRAW, "i", "i", "take_image", "image", "Take the image chosen in Browse onto the pad"),
    Command(DRAW, "a", "a", "shift(-1, 0)", "shift", "Shift what the network sees to the left"),
    Command(DRAW, "d", "d", "shift(1, 0)", "", "Shift it to the right"),
    Command(DRAW, "w", "w", "shift(0, -1)", "", "Shift it up"),
    Command(DRAW, "s", "s", "shift(0, 1)", "", "Shift it down"),
    Command(DRAW, "less_than_sign", "<", "turn(-5)", "turn", "Turn it to the left by 5 degrees"),
    Command(DRAW, "greater_than_sign", ">", "turn(5)", "", "Turn it to the right by 5 degrees"),
    Command(DRAW, "plus", "+", "noise(5)", "noise", "More noise on it"),
    Command(DRAW, "minus", "-", "noise(-5)", "", "Less noise on it"),
    Command(DRAW, "z", "z", "reset", "", "Take shift, turn and noise away"),
    Command(DRAW, "L", "L", "label", "label", "Label the drawing: then a digit"),
    Command(DRAW, "W,S", "W S", "save", "save", "Save the drawing as PNG among your data"),
    Command(DRAW, "O", "O", "open", "", "Open a PNG or JPEG on the pad"),
    Command(DRAW, "E", "E", "evaluate", "", "Have the network read all labelled drawings that are saved"),
    Command(DRAW, "T", "T", "add_to_training", "", "Add them to the training images of the next run"),
    Command(RUNS, "up,k", "up k", "row(-1)", "", "The run above"),
    Command(RUNS, "down,j", "down j", "row(1)", "", "The run below"),
    Command(RUNS, "enter", "enter", "open", "open", "Open the run: its curves, images and errors"),
    Command(RUNS, "u", "u", "resume", "resume", "Resume the run from its last checkpoint"),
    Command(RUNS, "T", "T", "stop_chosen", "", "Save and stop the chosen run"),
    Command(RUNS, "v", "v", "overlay_chosen", "overlay", "Lay its curves under those on screen, and back"),
    Command(RUNS, "D", "D", "delete", "", "Delete the run; asks for a second press"),
)


def of_pane(pane: int) -> tuple[Command, ...]:
    """The commands of the app (0) or of one pane."""
    return tuple(command for command in COMMANDS if command.pane == pane)
