"""How parameters and batches are cut among parts: nothing is left out, and no row or small share is cut."""

from itertools import pairwise

import pytest
from samples import lone_part

from nn.config import DenseConfig
from nn.parallel.cuts import shares, stretches


def test_stretches_cover_the_parameters_and_cut_no_row() -> None:
    part = lone_part((DenseConfig(20, "relu"), DenseConfig(7, "gelu"), DenseConfig(10)))
    for parts in range(2, 9):
        firsts, others = zip(*stretches(part.layers, parts), strict=True)
        edges = [0, *(stretch.stop for stretch in (*firsts, *others))]
        assert [stretch.start for stretch in (*firsts, *others)] == edges[:-1]
        assert all(before <= after for before, after in pairwise(edges))
        assert (firsts[-1].stop, edges[-1]) == (784 * 20, len(part.parameters))
        for layer in part.layers[1:]:
            place, units = layer.slices["weight"], layer.output_shape[0]
            assert all(
                (edge - place.start) % units == 0 for edge in edges if place.start <= edge < place.stop
            )


@pytest.mark.parametrize(
    ("images", "parts", "lengths"), [(1, 4, [1]), (63, 2, [63]), (64, 2, [32, 32]), (100, 8, [33, 33, 34])]
)
def test_a_share_has_at_least_32_images_unless_it_is_alone(
    images: int, parts: int, lengths: list[int]
) -> None:
    cut = shares(images, parts, 32)
    assert [share.stop - share.start for share in cut] == lengths
    assert (cut[0].start, cut[-1].stop) == (0, images)
