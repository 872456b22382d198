"""How good a trained model is, beside the untuned one."""
