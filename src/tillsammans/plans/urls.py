from django.urls import path

from tillsammans.plans import views

app_name = "plans"
urlpatterns = [
    path("", views.plans, name="plans"),
    path("ny/", views.start_plan, name="start_plan"),
    path("aktiviteter/", views.activities, name="activities"),
    path("aktiviteter/<uuid:uuid>/", views.activity, name="activity"),
    path("aktiviteter/<uuid:uuid>/andra/", views.edit_activity, name="edit_activity"),
    path("aktiviteter/<uuid:uuid>/ta-bort/", views.remove_activity, name="remove_activity"),
    path("aktiviteter/<uuid:uuid>/logga/", views.log, name="log"),
    path("delade/<uuid:package>/<uuid:uuid>/logga/", views.log_shared, name="log_shared"),
    path("loggat/<uuid:uuid>/stryk/", views.strike, name="strike"),
    path("mal/<uuid:problem>/nytt/", views.set_goal, name="set_goal"),
    path("mal/<uuid:uuid>/", views.edit_goal, name="edit_goal"),
    path("mal/<uuid:uuid>/ta-bort/", views.remove_goal, name="remove_goal"),
    path("atgard/<uuid:problem>/ny/", views.choose_plan, name="choose_plan"),
    path("atgarder/<uuid:uuid>/", views.measure, name="measure"),
    path("atgarder/<uuid:uuid>/andra/", views.edit_measure, name="edit_measure"),
    path("atgarder/<uuid:uuid>/ta-bort/", views.remove_measure, name="remove_measure"),
    path("atgarder/<uuid:uuid>/aktivitet/", views.plan_activity, name="plan_activity"),
    path("<uuid:uuid>/", views.plan, name="plan"),
    path("<uuid:uuid>/andra/", views.edit_plan, name="edit_plan"),
    path("<uuid:uuid>/anta/", views.adopt, name="adopt"),
    path("<uuid:uuid>/atgard/<uuid:problem>/", views.choose_measure, name="choose_measure"),
    path("<uuid:uuid>/plan.<str:form>", views.document, name="document"),
]
