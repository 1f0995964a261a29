import pytest
from flask import Flask

from survey_app.instance import Instance
from tests.office import SignIn


@pytest.fixture
def signed_in(app: Flask, instance: Instance) -> SignIn:
    return SignIn(app, instance)
