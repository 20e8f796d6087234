"""Root addresses. Public addresses are permanent."""

from django.conf import settings
from django.urls import include, path

from tillsammans.kernel import views
from tillsammans.kernel.components_page import components_page
from tillsammans.kernel.gallery import gallery_page
from tillsammans.parties import signin
from tillsammans.parties import views as parties

urlpatterns = [
    path("", include("tillsammans.duties.urls")),
    path("underlag/", include("tillsammans.indicators.urls")),
    path("underlag/", include("tillsammans.patterns.urls")),
    path("underlag/", include("tillsammans.imports.urls")),
    path("underlag/polisen/", include("tillsammans.police_events.urls")),
    path("omraden/", include("tillsammans.areas.urls")),
    path("lagesbild/", include("tillsammans.picture.urls")),
    path("beslut/", include("tillsammans.meetings.urls")),
    path("plan/", include("tillsammans.plans.urls")),
    path("loften/", include("tillsammans.promises.urls")),
    path("uppfoljning/", include("tillsammans.evaluation.urls")),
    path("samverkan/", include("tillsammans.collaboration.urls")),
    path("arbeta-for/", parties.switch, name="act_for"),
    path("organisation/", include("tillsammans.parties.urls")),
    path("offentligt/", include("tillsammans.portal.urls")),
    path("arbete/<uuid:uuid>/", views.job, name="job"),
    path("arbete/<uuid:uuid>/lage.json", views.job_state, name="job_state"),
    path("logg/", views.audit_log, name="audit_log"),
    path("lankar/", views.open_links, name="links"),
    path("lankar/<uuid:uuid>/ta-tillbaka/", views.revoke_link, name="revoke_link"),
    path("brev/", views.outgoing_mail, name="outgoing_mail"),
    path("brev/<uuid:uuid>/skicka-igen/", views.send_again, name="send_again"),
    path("narvaro/", views.presence, name="presence"),
    path("halsa/", views.ready, name="ready"),
    path("utvecklare/komponenter/", components_page, name="components"),
    path("konto/andra-steget/", signin.second_factor, name="second_factor"),
    path("konto/", include("allauth.urls")),
    path("sprak/", include("django.conf.urls.i18n")),
]
if settings.DEMO or settings.OFFLINE:
    urlpatterns += [
        path("demo/", signin.demo, name="demo"),
        path("demo/<slug:role>/", signin.demo, name="demo_role"),
        path("utvecklare/figurer/", gallery_page, name="figure_gallery"),
    ]
