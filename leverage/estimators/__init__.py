"""scikit-learn's faces of the builders and the model: for Pipeline, GridSearchCV, set_output and clone.

Scoring a case needs none of this; `leverage.model` scores with plain functions, and imports faster.
"""

from leverage.estimators.builders import FactorTransformer, FeatureTransformer
from leverage.estimators.model import LeverageModel

__all__ = ["FactorTransformer", "FeatureTransformer", "LeverageModel"]
