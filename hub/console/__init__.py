"""Web pages of the demo: GraphiQL with a chooser of persona and purpose."""

from hub.console.graphiql import Graphiql

__all__ = ["Graphiql"]
