"""What is computed for one image, by a tiny network that nobody trained."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import mnist_data
from nn import checkpoint
from nn.config import Config, DataConfig, DenseConfig, NetworkConfig
from nn.explain.occlusion import Flip
from nn.explain.saliency import Saliency
from nn.runs import store
from nn.runs.images import split
from nn.runs.store import RunError
from nn.trainer import Trainer
from tui.answering import evidence
from tui.answering.case import NO_IMAGES, NO_NETWORK, Case, Shown, case_of
from tui.answering.evidence import (
    MOST_KEPT,
    Broken,
    Cancelled,
    Evidence,
    Flips,
    NoFeatures,
    Occlusion,
    Reply,
    SimilarFeatures,
    SimilarPixels,
)
from tui.answering.evidence_words import (
    explanations,
    flip_caption,
    flip_words,
    gradient_caption,
    head_words,
    no_features_words,
    occlusion_caption,
    product_caption,
    reply_lines,
    similar_words,
)
from tui.session import Session
from tui.terminal.display import ColorMode, Display
from tui.terminal.ramps import INK_GLYPH, signed_ramps

DATASET = mnist_data.synthesize(train=80, test=30)
ASCII = Display(ColorMode.NONE, ascii=True)


def session_of(runs_dir: Path, *layers: DenseConfig) -> Session:
    """A run of such a network with its first checkpoint, and the test images."""
    config = Config(
        data=DataConfig(source="synthetic", validation=20),
        network=NetworkConfig(layers=(*layers, DenseConfig(10))),
    )
    run = store.create(runs_dir, config, "run")
    checkpoint.save(Trainer(config, split(DATASET, config.data)), run.checkpoint_path)
    session = Session(config, None, runs_dir, dataset=DATASET, run=run, run_config=config)
    session.refresh_answers()
    return session


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return session_of(tmp_path, DenseConfig(6, "relu"))


def case(session: Session, index: int = 3) -> Case:
    found = case_of(session, index)
    assert isinstance(found, Case)
    return found


def never() -> bool:
    return False


def silent(done: int, images: int) -> None:
    pass


def test_without_a_run_or_images_it_says_so(session: Session) -> None:
    session.answers = None
    assert case_of(session, 0) == NO_IMAGES
    session.run = None
    assert case_of(session, 0) == NO_NETWORK


def test_all_parts_come_the_answer_first(session: Session) -> None:
    parts = list(Evidence().parts(case(session), never))
    assert [type(part) for part in parts] == [Reply, Saliency, SimilarPixels, NoFeatures, Occlusion, Flips]
    reply, maps, similar, missing, covered, flips = parts
    assert isinstance(reply, Reply)
    assert reply.probabilities.sum() == pytest.approx(1, abs=1e-6)
    assert reply.step == 0
    assert isinstance(maps, Saliency)
    assert isinstance(covered, Occlusion)
    assert maps.gradient.shape == covered.falls.shape == (10, 28, 28)
    assert isinstance(similar, SimilarPixels)
    assert (similar.searched, similar.features, len(similar.labels)) == (60, 784, 5)
    assert missing == NoFeatures(60, hidden=True)
    assert isinstance(flips, Flips)


def test_neighbours_are_of_the_training_images_without_the_image_itself(session: Session) -> None:
    session.set_name = "train"
    session.refresh_answers()
    similar = next(
        part for part in Evidence().parts(case(session, 7), never) if isinstance(part, SimilarPixels)
    )
    assert similar.distances.min() > 0
    training = DATASET.train_images[:60].reshape(60, -1) / 255
    distances = np.sort(np.sqrt(((training - training[7]) ** 2).sum(axis=1)))[1:6]
    assert np.allclose(similar.distances, distances)


def test_features_are_computed_on_request_and_kept(session: Session) -> None:
    asked, told = Evidence(), list[tuple[int, int]]()
    assert asked.similar_features(case(session)) == NoFeatures(60, hidden=True)
    asked.compute_features(case(session), never, lambda done, images: told.append((done, images)))
    assert told == [(0, 60), (60, 60)]
    other = list(asked.parts(case(session, 4), never))[3]
    assert isinstance(other, SimilarFeatures)
    assert (other.features, other.searched, len(other.labels)) == (6, 60, 5)


def test_another_checkpoint_has_other_features(session: Session) -> None:
    asked = Evidence()
    before = case(session)
    asked.compute_features(before, never, silent)
    assert isinstance(asked.similar_features(before), SimilarFeatures)
    assert session.run is not None
    trainer = Trainer(session.config, split(DATASET, session.config.data))
    trainer.network.parameters += 0.1
    checkpoint.save(trainer, session.run.checkpoint_path)
    after = case(session)
    assert after.origin != before.origin
    assert isinstance(asked.similar_features(after), NoFeatures)
    # An image stepped to goes on asking the network of the one before.
    kept = case_of(session, 5, before.origin)
    assert isinstance(kept, Case)
    assert kept.origin == before.origin


def test_a_network_without_hidden_layer_has_no_features(tmp_path: Path) -> None:
    missing = Evidence().similar_features(case(session_of(tmp_path)))
    assert missing == NoFeatures(60, hidden=False)
    assert isinstance(missing, NoFeatures)
    assert "has none" in no_features_words(missing)


def test_who_does_not_want_it_any_more_is_heard(session: Session) -> None:
    parts = Evidence().parts(case(session), lambda: True)
    with pytest.raises(Cancelled):
        next(parts)
    asked = Evidence()
    with pytest.raises(Cancelled):
        asked.compute_features(case(session), lambda: True, silent)
    assert isinstance(asked.similar_features(case(session)), NoFeatures)


def test_a_diverged_network_is_said_to_be_broken(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    current = evidence.load(case(session).origin)
    current.network.parameters[...] = np.nan
    monkeypatch.setattr(evidence, "load", lambda origin: current)
    with pytest.raises(Broken, match="diverged"):
        next(Evidence().parts(case(session), never))
    asked = Evidence()
    with pytest.raises(Broken, match="diverged"):
        asked.compute_features(case(session), never, silent)
    assert isinstance(asked.similar_features(case(session)), NoFeatures)


def test_a_run_without_weights_is_an_error(session: Session) -> None:
    assert session.run is not None
    session.run.checkpoint_path.unlink()
    with pytest.raises(RunError):
        next(Evidence().parts(case(session), never))


def test_a_patch_is_said_in_words() -> None:
    flip = Flip(9, 12, 4, 0, 7, 4, 9, 0.621)
    said = "Blanking 4x4 pixels at row 9, column 12 turns 4 into 9, 62.1 % sure; 7 of them change."
    assert flip_words(flip, painted=False) == said
    assert flip_caption(flip, painted=False) == ("blanking 4x4 at row 9,", "column 12 turns 4 into 9")
    white = flip._replace(size=1, value=255, changed=1)
    said = "Painting 1x1 pixel white at row 9, column 12 turns 4 into 9, 62.1 % sure."
    assert flip_words(white, painted=True) == said
    assert "never" in flip_caption(None, painted=True)[0]
    assert "not even blanking everything" in flip_words(None, painted=False)


def test_captions_fit_under_their_pictures() -> None:
    largest = np.linspace(-99.87, 99.87, 784).reshape(28, 28)
    for display in (Display(), ASCII):
        captions = [
            occlusion_caption(np.sign(largest), 8, display),
            gradient_caption(largest, 8, display),
            gradient_caption(np.zeros((28, 28)), 8, display),
            product_caption(largest, 8, display),
            flip_caption(Flip(10, 10, 18, 255, 99, 4, 9, 1.0), painted=True),
            flip_caption(None, painted=False),
        ]
        assert max(len(line) for caption in captions for line in caption) <= 28


def test_the_words_are_ascii_where_the_terminal_is(session: Session) -> None:
    asked = Evidence()
    asked.compute_features(case(session), never, silent)
    reply, _, pixels, features, _, _ = asked.parts(case(session), never)
    assert isinstance(reply, Reply)
    assert isinstance(pixels, SimilarPixels)
    assert isinstance(features, SimilarFeatures)
    words = [
        head_words(case(session), reply, ASCII),
        *reply_lines(reply, 3),
        *explanations(3, ASCII),
        similar_words(pixels),
        similar_words(features),
    ]
    assert all(text.isascii() for text in words)
    assert "by pixels (784 numbers)" in similar_words(pixels)
    assert "last hidden layer (6 numbers)" in similar_words(features)


@pytest.mark.parametrize("display", [Display(ColorMode.SIXTEEN), ASCII])
def test_every_sign_of_a_map_is_explained(display: Display) -> None:
    told = " ".join(explanations(3, display))
    for ramp in signed_ramps(display):
        assert ramp.strip() in told
    assert f"{INK_GLYPH} is the digit" in told
    assert "Signs" not in " ".join(explanations(3, Display()))


def test_the_head_says_where_the_pane_shows_another_moment(session: Session) -> None:
    reply = Reply(np.eye(10, dtype=np.float32)[3], 0.9, 430)
    told = {
        shown: head_words(replace(case(session), shown=shown), reply, ASCII).split(ASCII.separator)[-1]
        for shown in (None, Shown(5, 430), Shown(1, 86))
    }
    assert told == {
        None: "step 430",
        Shown(5, 430): "step 430",
        Shown(1, 86): "last checkpoint, step 430; the pane shows epoch 1",
    }


def test_the_features_of_the_last_few_networks_stay(tmp_path: Path) -> None:
    cases = [case(session_of(tmp_path, DenseConfig(6 + n, "relu"))) for n in range(MOST_KEPT + 1)]
    asked = Evidence()
    for each in cases:
        asked.compute_features(each, never, silent)
    first, *others = [asked.similar_features(each) for each in cases]
    assert isinstance(first, NoFeatures)
    assert [isinstance(other, SimilarFeatures) and other.features for other in others] == [7, 8, 9, 10]
