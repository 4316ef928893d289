"""The half of Inside that needs no screen: which numbers of a layer are drawn how, and the words for them."""
