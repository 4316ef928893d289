"""The half of Browse and Errors that needs no screen: answers, filters and orders, and the words for them."""
